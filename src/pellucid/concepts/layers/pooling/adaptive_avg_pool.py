"""Adaptive average pooling: the output has the size that is wanted, whatever the input has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.regions import ARGUMENTS, OUTPUT_SIZE, frames, regions_of, sample
from pellucid.concepts.layers.windows import Numbers
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor

SHOWN: Final = np.add.outer(10.0 * np.arange(5), np.arange(7.0))


def adaptive_avg_pool_reference(x: Floats, output_size: Numbers = 1) -> Floats:
    """Return the means of as many windows as wanted.

    **Formula** y[n, c, j] = mean of x[n, c, floor(j size / out) : ceil((j + 1) size / out)], axis by axis.

    Args:
        x: (n, c, *sizes) with one to three sizes.
        output_size: out, at least 1.

    Returns:
        y, (n, c, *output_size).

    Raises:
        ShapeError: x has too few or too many axes.
        RangeError: output_size is below 1.

    Example:
        >>> import numpy as np
        >>> adaptive_avg_pool_reference(np.array([[[1.0, 2.0, 3.0, 4.0, 5.0]]]), 2)
        array([[[2., 4.]]])
    """
    sizes, cells = regions_of(x.shape, output_size)
    y = np.empty((*x.shape[:2], *sizes))
    for j, part in cells:
        y[j] = x[part].mean(axis=tuple(range(2, x.ndim)))
    return y


def adaptive_avg_pool_reference_backward(upstream: Floats, x: Floats, output_size: Numbers = 1) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: each cell of a window of m cells gets a share 1 / m, and sums over windows.

    **Formula** dL/dx[n, c, i] = Σ of dL/dy[n, c, j] / m[j] over all windows j that hold i.
    """
    dx = np.zeros_like(x)
    for j, part in regions_of(x.shape, output_size)[1]:
        m = np.prod(x[part].shape[2:])
        dx[part] += (upstream[j] / m).reshape(*x.shape[:2], *(1 for _ in x.shape[2:]))
    return (dx,)


def adaptive_avg_pool(x: Tensor, output_size: Numbers = 1) -> Tensor:
    """Return the means of as many windows as wanted; see `adaptive_avg_pool_reference`."""
    from torch.nn import functional

    sizes, _ = regions_of(tuple(x.shape), output_size)
    by_axes: tuple[Callable[..., Tensor], ...] = (
        functional.adaptive_avg_pool1d,
        functional.adaptive_avg_pool2d,
        functional.adaptive_avg_pool3d,
    )
    return by_axes[len(sizes) - 1](x, sizes)


def _picture() -> Picture:
    y = adaptive_avg_pool_reference(SHOWN[None, None], (2, 3))[0, 0]
    return Picture(
        alt="Adaptive pooling of a 5x7 picture to 2x3. 5 and 7 do not divide, so windows are 3x3 and overlap: rows 0 "
        f"to 2 and 2 to 4, columns 0 to 2, 2 to 4 and 4 to 6. The first mean is {y[0, 0]:g}, the last {y[1, 2]:g}.",
        frames=frames(SHOWN, y, "mean"),
    )


ADAPTIVE_AVG_POOL: Final = Layer(
    name="adaptive_avg_pool",
    aliases=("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "adaptive_average_pooling"),
    title="adaptive average pooling",
    summary="Averages windows that are laid so that the output has the size wanted, whatever the size of the input.",
    formula="y[n, c, j] = mean of the m[j] cells x[n, c, floor(j size / out) : ceil((j + 1) size / out)]",
    latex=r"y_{n,c,j} = \frac{1}{m_j} \sum_{i = \lfloor j\, \mathrm{size} / \mathrm{out} \rfloor}"
    r"^{\lceil (j+1)\, \mathrm{size} / \mathrm{out} \rceil - 1} x_{n,c,i}",
    arguments=ARGUMENTS,
    options=(OUTPUT_SIZE,),
    result="(n, c, *output_size)",
    reference=adaptive_avg_pool_reference,
    reference_backward=adaptive_avg_pool_reference_backward,
    fast=adaptive_avg_pool,
    sample=sample,
    linear=True,
    equivariant=("permutation of examples", "permutation of channels"),
    parameters="none",
    module="torch.nn.AdaptiveAvgPool2d",
    drawn=_picture,
    when="Between convolutions and dense layers when pictures come in several sizes: 1 gives global average pooling.",
    when_not="When every window must be alike: sizes that do not divide give overlapping or unequal windows.",
    mistakes=(
        "Taking it for interpolation: an output larger than the input repeats cells, or averages two neighbours.",
        "Exporting it with a changing size: some formats know plain average pooling only.",
    ),
    source="K. He et al., Spatial pyramid pooling in deep convolutional networks, 2014. Windows as in PyTorch.",
)
