from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.basic.dense import dense_reference
from pellucid.concepts.layers.convolution.pointwise import pointwise, pointwise_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G4")
def test_it_is_a_dense_layer_over_the_channels() -> None:
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 3)), rng.normal(size=6)
    rows = x.transpose(0, 2, 3, 1).reshape(-1, 3)  # (n h w, c_in)
    by_dense = dense_reference(rows, w, b).reshape(2, 4, 5, 6).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(pointwise_reference(x, w, b), by_dense, rtol=1e-12)


@pytest.mark.parametrize(
    "shapes", [((1, 2, 4), (3, 2), (3,)), ((1, 2, 4, 4), (3, 3), (3,)), ((1, 2, 4, 4), (3, 2), (2,))]
)
def test_what_does_not_fit_is_refused_by_both_forms(shapes: tuple[tuple[int, ...], ...]) -> None:
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ShapeError, match=r"pointwise expected x \(n, c_in, h, w\), .*, got .*: give w one column"):
        pointwise_reference(*arrays)
    with pytest.raises(ShapeError, match=r"pointwise expected x \(n, c_in, h, w\), .*, got .*: give w one column"):
        pointwise(*map(torch.tensor, arrays))
