"""Adaptive max pooling: the largest numbers of as many windows as wanted."""

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

SHOWN: Final = np.array(
    [
        [1.0, 0.0, 2.0, 1.0, 0.0],
        [0.0, 3.0, 1.0, 0.0, 2.0],
        [1.0, 0.0, 9.0, 1.0, 0.0],
        [4.0, 1.0, 0.0, 5.0, 1.0],
        [0.0, 2.0, 1.0, 0.0, 3.0],
    ]
)


def adaptive_max_pool_reference(x: Floats, output_size: Numbers = 1) -> Floats:
    """Return the maxima of as many windows as wanted.

    **Formula** y[n, c, j] = max of x[n, c, floor(j size / out) : ceil((j + 1) size / out)], axis by axis.

    Args:
        x: (n, c, *sizes) with one to three sizes.
        output_size: out, at least 1; 1 for the maximum of each channel.

    Returns:
        y, (n, c, *output_size).

    Raises:
        ShapeError: x has too few or too many axes.
        RangeError: output_size is below 1.

    Example:
        >>> import numpy as np
        >>> adaptive_max_pool_reference(np.array([[[1.0, 2.0, 3.0, 4.0, 5.0]]]), 2)
        array([[[3., 5.]]])
    """
    sizes, cells = regions_of(x.shape, output_size)
    y = np.empty((*x.shape[:2], *sizes))
    for j, part in cells:
        y[j] = x[part].max(axis=tuple(range(2, x.ndim)))
    return y


def adaptive_max_pool_reference_backward(upstream: Floats, x: Floats, output_size: Numbers = 1) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: to the largest cell of each window, the first one in a tie.

    **Formula** dL/dx[n, c, i*] += dL/dy[n, c, j], where i* is the first place of the maximum of window j.
    """
    dx = np.zeros_like(x)
    for j, part in regions_of(x.shape, output_size)[1]:
        for n, c in np.ndindex(*x.shape[:2]):
            inside = x[n, c][part]
            first = np.unravel_index(inside.argmax(), inside.shape)
            dx[n, c][part][first] += upstream[n, c, *j]
    return (dx,)


def adaptive_max_pool(x: Tensor, output_size: Numbers = 1) -> Tensor:
    """Return the maxima of as many windows as wanted; see `adaptive_max_pool_reference`."""
    from torch.nn import functional

    sizes, _ = regions_of(tuple(x.shape), output_size)
    by_axes: tuple[Callable[..., Tensor], ...] = (
        functional.adaptive_max_pool1d,
        functional.adaptive_max_pool2d,
        functional.adaptive_max_pool3d,
    )
    return by_axes[len(sizes) - 1](x, sizes)


def _picture() -> Picture:
    y = adaptive_max_pool_reference(SHOWN[None, None], 2)[0, 0]
    return Picture(
        alt="Adaptive max pooling of a 5x5 picture to 2x2. The windows are 3x3 and share the middle row and column: "
        f"the 9 in the centre is the maximum of {int((y == SHOWN.max()).sum())} of 4 windows, and its gradient is the "
        "sum of all of theirs.",
        frames=frames(SHOWN, y, "max"),
    )


ADAPTIVE_MAX_POOL: Final = Layer(
    name="adaptive_max_pool",
    aliases=("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "adaptive_max_pooling"),
    title="adaptive max pooling",
    summary="Keeps the maxima of windows that are laid so that the output has the size wanted.",
    formula="y[n, c, j] = max of x[n, c, floor(j size / out) : ceil((j + 1) size / out)]",
    latex=r"y_{n,c,j} = \max_{\lfloor j\, \mathrm{size} / \mathrm{out} \rfloor \le i < "
    r"\lceil (j+1)\, \mathrm{size} / \mathrm{out} \rceil} x_{n,c,i}",
    arguments=ARGUMENTS,
    options=(OUTPUT_SIZE,),
    result="(n, c, *output_size)",
    reference=adaptive_max_pool_reference,
    reference_backward=adaptive_max_pool_reference_backward,
    fast=adaptive_max_pool,
    sample=sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of channels", "increasing functions of x"),
    parameters="none",
    module="torch.nn.AdaptiveMaxPool2d",
    drawn=_picture,
    when="Texts and sounds of several lengths: with output_size 1 it says whether a pattern occurred at all.",
    when_not="When how much and how often count: the average keeps the amount, the maximum only the strongest.",
    mistakes=(
        "Expecting every cell to learn: one cell of every window gets the gradient, the first one in a tie.",
        "Feeding padded sequences in which all true values are negative: the zeros of the padding win.",
    ),
    source="R. Collobert et al., Natural language processing (almost) from scratch, 2011, as max over time; "
    "windows as in PyTorch.",
)
