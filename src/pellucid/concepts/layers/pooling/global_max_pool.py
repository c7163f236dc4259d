"""Global max pooling: every channel becomes its largest number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.geometry import check_axes
from pellucid.drawing.records import Cells, Picture

if TYPE_CHECKING:
    from torch import Tensor

STRONG: Final = np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 9.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
"""A pattern that occurred once, clearly."""
WEAK: Final = np.full((4, 4), 1.0)
"""A faint answer everywhere."""


def global_max_pool_reference(x: Floats) -> Floats:
    """Return the largest number of every channel of every example.

    **Formula** y[n, c] = max over all places j of x[n, c, j].

    Args:
        x: (n, c, *sizes) with one to three sizes.

    Returns:
        y, (n, c), whatever the sizes are.

    Raises:
        ShapeError: x has too few or too many axes, or no places.

    Example:
        >>> import numpy as np
        >>> global_max_pool_reference(np.array([[[[1.0, 2.0], [3.0, 6.0]]]]))
        array([[6.]])
    """
    check_axes("global_max_pool", x.shape)
    return np.asarray(x.max(axis=tuple(range(2, x.ndim))))


def global_max_pool_reference_backward(upstream: Floats, x: Floats) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy, (n, c): all of it goes to the largest place, the first one in a tie.

    **Formula** dL/dx[n, c, j*] = dL/dy[n, c], where j* is the first place of the maximum; 0 elsewhere.
    """
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        first = np.unravel_index(x[n, c].argmax(), x.shape[2:])
        dx[n, c][first] = upstream[n, c]
    return (dx,)


def global_max_pool(x: Tensor) -> Tensor:
    """Return the largest number of every channel; see `global_max_pool_reference`."""
    check_axes("global_max_pool", tuple(x.shape))
    return x.flatten(2).max(dim=2).values  # amax would share the gradient among ties


def _picture() -> Picture:
    x = np.stack([STRONG, WEAK])[:, None]
    y = global_max_pool_reference(x)[:, 0]
    both = np.stack([y, x.mean(axis=(1, 2, 3))], axis=1)
    (dx,) = global_max_pool_reference_backward(np.ones((2, 1)), x)
    return Picture(
        alt=f"Two maps of 4x4: one clear answer of 9, and a faint 1 everywhere. Their maxima are {y[0]:g} and "
        f"{y[1]:g}, their means {both[0, 1]:.2f} and {both[1, 1]:g}: the maximum finds the first, the mean the second. "
        "The gradient reaches one cell of the map only.",
        panels=(
            Cells(values=STRONG, title="one clear answer", low=0, high=9),
            Cells(values=WEAK, title="a faint one everywhere", low=0, high=9),
            Cells(
                values=both,
                title="y, beside the mean",
                row_names=("clear", "faint"),
                column_names=("max", "mean"),
                low=0,
                high=9,
                digits=2,
            ),
            Cells(values=dx[0, 0], title="dL/dx of the first, dL/dy = 1"),
        ),
    )


GLOBAL_MAX_POOL: Final = Layer(
    name="global_max_pool",
    aliases=(
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
        "GlobalMaxPool1D",
        "GlobalMaxPool2D",
        "GlobalMaxPool3D",
        "max_over_time",
    ),
    title="global max pooling",
    summary="Every channel becomes its largest number: whether a feature occurred anywhere at all.",
    formula="y[n, c] = max over all places j of x[n, c, j]",
    latex=r"y_{n,c} = \max_{j} x_{n,c,j}",
    arguments=(Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),),
    result="(n, c)",
    reference=global_max_pool_reference,
    reference_backward=global_max_pool_reference_backward,
    fast=global_max_pool,
    linear=False,
    equivariant=("permutation of examples", "permutation of channels", "increasing functions of x"),
    parameters="none",
    module="torch.nn.AdaptiveMaxPool2d(1), torch.nn.Flatten()",
    drawn=_picture,
    when="Texts and sounds: one occurrence of a word or a call decides, wherever it stands and however long the rest.",
    when_not="When amount or frequency counts, or one noisy cell must not decide: global average pooling.",
    mistakes=(
        "Feeding padded sequences whose true values are all negative: the zeros of the padding win. Pad with -∞.",
        "Expecting every place to learn: one place for each channel and example gets the gradient, the first in a tie.",
        "Taking torch.amax for the same in training: it shares the gradient equally among ties.",
    ),
    source="R. Collobert et al., Natural language processing (almost) from scratch, 2011, as max over time. A tie goes "
    "to the first, as in torch.max.",
)
