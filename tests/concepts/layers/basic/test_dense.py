from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.basic.dense import dense, dense_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G1")
def test_it_is_the_layer_of_torch() -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(4, 3, dtype=torch.float64)
    lazy = torch.nn.LazyLinear(3, dtype=torch.float64)
    x = np.random.default_rng(0).normal(size=(5, 4))
    w, b = (one.detach().numpy() for one in (layer.weight, layer.bias))
    np.testing.assert_allclose(dense_reference(x, w, b), layer(torch.tensor(x)).detach().numpy(), rtol=1e-12)
    lazy(torch.tensor(x))
    assert lazy.weight.shape == w.shape  # the input size was found at the first batch


@pytest.mark.parametrize(
    "shapes", [((5,), (3, 5), (3,)), ((5,), (5,), (3,)), ((2, 5), (3, 4), (3,)), ((2, 5), (3, 5), (3, 1))]
)
def test_what_does_not_fit_is_refused_by_both_forms(shapes: tuple[tuple[int, ...], ...]) -> None:
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ShapeError, match=r"dense expected x \(n, d\), w \(o, d\) and b \(o,\), got .*: give w one row"):
        dense_reference(*arrays)
    with pytest.raises(ShapeError, match=r"dense expected x \(n, d\), w \(o, d\) and b \(o,\), got .*: give w one row"):
        dense(*map(torch.tensor, arrays))
