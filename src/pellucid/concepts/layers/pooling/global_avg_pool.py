"""Global average pooling: every channel becomes its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.geometry import check_axes
from pellucid.drawing.records import Cells, Picture

if TYPE_CHECKING:
    from torch import Tensor

BLOB: Final = np.array([[4.0, 4.0], [4.0, 4.0]])
SIDE: Final = 5


def global_avg_pool_reference(x: Floats) -> Floats:
    """Return the mean of every channel of every example.

    **Formula** y[n, c] = Σ_j x[n, c, j] / m over all m places j.

    Args:
        x: (n, c, *sizes) with one to three sizes.

    Returns:
        y, (n, c), whatever the sizes are.

    Raises:
        ShapeError: x has too few or too many axes, or no places.

    Example:
        >>> import numpy as np
        >>> global_avg_pool_reference(np.array([[[[1.0, 2.0], [3.0, 6.0]]]]))
        array([[3.]])
    """
    check_axes("global_avg_pool", x.shape)
    places = range(2, x.ndim)
    m = np.prod(x.shape[2:])
    return np.asarray(x.sum(axis=tuple(places)) / m)


def global_avg_pool_reference_backward(upstream: Floats, x: Floats) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy, (n, c): every place gets the same share.

    **Formula** dL/dx[n, c, j] = dL/dy[n, c] / m.
    """
    m = np.prod(x.shape[2:])
    share = upstream.reshape(*upstream.shape, *(1 for _ in x.shape[2:])) / m
    return (np.broadcast_to(share, x.shape).copy(),)


def global_avg_pool(x: Tensor) -> Tensor:
    """Return the mean of every channel; see `global_avg_pool_reference`."""
    check_axes("global_avg_pool", tuple(x.shape))
    return x.mean(dim=tuple(range(2, x.ndim)))


def _picture() -> Picture:
    left, right = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    left[0:2, 0:2], right[2:4, 3:5] = BLOB, BLOB
    means = global_avg_pool_reference(np.stack([left, right])[:, None])
    return Picture(
        alt="The same blob of four 4s in two corners of a 5x5 map. Both maps have the mean 16/25 = 0.64: the place of "
        "a feature is forgotten, its amount is kept.",
        panels=(
            Cells(values=left, title="a feature map"),
            Cells(values=right, title="the same, moved"),
            Cells(values=means, title="y", row_names=("a feature map", "the same, moved"), low=0),
        ),
        columns=3,
    )


GLOBAL_AVG_POOL: Final = Layer(
    name="global_avg_pool",
    aliases=(
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "GlobalAvgPool1D",
        "GlobalAvgPool2D",
        "GlobalAvgPool3D",
        "gap",
    ),
    title="global average pooling",
    summary="Every channel becomes its mean: one number for each feature, for pictures of any size.",
    formula="y[n, c] = (1 / m) sum over all m places j of x[n, c, j]",
    latex=r"y_{n,c} = \frac{1}{m} \sum_{j=1}^{m} x_{n,c,j}",
    arguments=(Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),),
    result="(n, c)",
    reference=global_avg_pool_reference,
    reference_backward=global_avg_pool_reference_backward,
    fast=global_avg_pool,
    linear=True,
    equivariant=("permutation of examples", "permutation of channels"),
    parameters="none",
    module="torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()",
    drawn=_picture,
    when="Before the last dense layer of a picture network: few weights, any picture size, no overfitting to places.",
    when_not="When the place decides and layers are few (6 and 9 differ by where the loop is): flatten or pool to 2x2.",
    mistakes=(
        "Averaging padded sequences: the padding counts as zeros. Divide by the true lengths.",
        "Doing it after two or three layers: the features are then still too local to be averaged.",
    ),
    source="M. Lin, Q. Chen, S. Yan, Network in network, 2013.",
)
