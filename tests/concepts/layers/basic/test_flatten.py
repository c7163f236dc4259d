from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.basic.flatten import flatten, flatten_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G1")
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (2, 3, 4), (2, 3), (0, 3, 2)])
def test_it_is_the_layer_of_torch(shape: tuple[int, ...]) -> None:
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    np.testing.assert_array_equal(flatten_reference(x), torch.nn.Flatten()(torch.tensor(x)).numpy())


def test_a_single_number_is_refused_by_both_forms() -> None:
    with pytest.raises(ShapeError, match=r"flatten expected x of shape \(n, ...\), got \(\): pass x\[None\]"):
        flatten_reference(np.array(1.0))
    with pytest.raises(ShapeError, match=r"flatten expected x of shape \(n, ...\), got \(\): pass x\[None\]"):
        flatten(torch.tensor(1.0))
