from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.activations.linear_collapse import LinearCollapse
from pellucid.laboratory.training.toys import sine


@pytest.mark.knowledge("E7")
@pytest.mark.parametrize("layers", [2, 7])
def test_the_product_of_the_matrices_is_the_network(layers: int) -> None:
    result = LinearCollapse(layers=layers, steps=50).run()
    inputs, _ = sine(0, 60)
    np.testing.assert_allclose(
        (inputs @ result["matrix"] + result["bias"])[:, 0], result["linear layers"], rtol=0, atol=1e-12
    )
