from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from pellucid.laboratory.training.weight_decay import _closed, _descend


@pytest.mark.knowledge("G8")
def test_weights_are_those_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(30, 4)), generator.normal(size=30)
    expected = Ridge(alpha=30 * 0.2, fit_intercept=False).fit(X, y).coef_  # its alpha is n times ours
    np.testing.assert_allclose(_closed(X, y, 0.2), expected, rtol=1e-9)
    np.testing.assert_allclose(_descend(X, y, 0.2), expected, rtol=1e-5)
