from __future__ import annotations

import numpy as np
import pytest
import scipy.special

from pellucid.laboratory.activations.softmax_overflow import SCALES, SoftmaxOverflow


@pytest.mark.knowledge("E6")
def test_stable_rows_are_those_of_scipy() -> None:
    result = SoftmaxOverflow().run()
    rows = np.outer(SCALES, (-1.0, 0.5, 1.0, 0.0))
    np.testing.assert_allclose(result["stable"], scipy.special.softmax(rows, axis=1), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(result["log softmax"], scipy.special.log_softmax(rows[-1]), rtol=1e-6, atol=1e-6)
    assert np.isnan(result["naive"][-1]).any()
