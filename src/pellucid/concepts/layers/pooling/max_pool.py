"""Max pooling: the largest number of every window, in one, two or three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.convolution.stepping import until, window_at
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.geometry import (
    CEIL_MODE,
    PADDING,
    STRIDE,
    WINDOW,
    WINDOW_OPTION,
    drawn_input,
    pooling_of,
)
from pellucid.concepts.layers.windows import Numbers, inner
from pellucid.drawing.records import Cells, Frame, Picture

if TYPE_CHECKING:
    from torch import Tensor

SHOWN: Final = np.array(
    [
        [1.0, 3.0, 2.0, 0.0, 1.0, 4.0],
        [0.0, 2.0, 8.0, 1.0, 5.0, 2.0],
        [4.0, 4.0, 0.0, 3.0, 1.0, 1.0],
        [1.0, 2.0, 4.0, 6.0, 0.0, 9.0],
    ]
)
SHOWN_WINDOW: Final = (2, 3)


def max_pool_reference(
    x: Floats,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Floats:
    """Return the largest number of every window, channel by channel.

    **Formula** y[n, c, j] = max over i of x[n, c, s j + d i - p], where x is -∞ outside.

    Args:
        x: (n, c, *sizes) with one to three sizes.
        window: k, at least 1.
        stride: s, at least 1; None: k.
        padding: p, from 0 to k / 2.
        dilation: d, at least 1.
        ceil_mode: whether the output size is rounded up.

    Returns:
        y, (n, c, *output) with output = floor or ceil of (size + 2 p - d (k - 1) - 1) / s, plus 1.

    Raises:
        ShapeError: the window does not fit, or sees padding only.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> max_pool_reference(np.array([[[1.0, 5.0, 2.0, 3.0]]]))
        array([[[5., 3.]]])
    """
    y, _ = best_of(x, window, stride, padding, dilation, ceil_mode)
    return y


def max_pool_reference_backward(
    upstream: Floats,
    x: Floats,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: all of it goes to the cell that was the largest, the first one in a tie.

    **Formula** dL/dx[n, c, s j + d i* - p] += dL/dy[n, c, j], where i* is the first position of the maximum.
    """
    at = pooling_of(x.shape, window, stride, padding, dilation, ceil_mode)
    _, first = best_of(x, window, stride, padding, dilation, ceil_mode)
    dx = np.zeros_like(np.pad(x, at.margins))
    for number, i in enumerate(np.ndindex(at.window)):
        dx[at.seen(i)] += np.where(first == number, upstream, 0.0)
    return (dx[inner(x.shape[2:], at.padding)],)


def best_of(
    x: Floats, window: Numbers, stride: Numbers | None, padding: Numbers, dilation: Numbers, ceil_mode: bool
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the maximum of every window, and the number of the first position of the window that has it.

    Example:
        >>> best_of(np.array([[[7.0, 7.0]]]), 2, None, 0, 1, False)
        (array([[[7.]]]), array([[[0]]]))
    """
    at = pooling_of(x.shape, window, stride, padding, dilation, ceil_mode)
    padded = np.pad(x, at.margins, constant_values=-np.inf)
    y = np.full((*x.shape[:2], *at.output), -np.inf)
    first = np.zeros(y.shape, dtype=np.int64)
    for number, i in enumerate(np.ndindex(at.window)):
        larger = padded[at.seen(i)] > y
        y = np.where(larger, padded[at.seen(i)], y)
        first = np.where(larger, number, first)
    return y, first


def max_pool(
    x: Tensor,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the largest number of every window; see `max_pool_reference`."""
    from torch.nn import functional

    at = pooling_of(tuple(x.shape), window, stride, padding, dilation, ceil_mode)
    pool = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[len(at.window) - 1]
    return pool(x, at.window, at.stride, at.padding, at.dilation, ceil_mode)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x, options = drawn_input(rng, {"dilation": int(rng.integers(1, 3)), "ceil_mode": bool(rng.integers(0, 2))})
    return (x,), options


def _picture() -> Picture:
    y = max_pool_reference(SHOWN[None, None], SHOWN_WINDOW)[0, 0]
    (dx,) = max_pool_reference_backward(np.ones((1, 1, *y.shape)), SHOWN[None, None], SHOWN_WINDOW)
    frames = []
    for step, place in enumerate(np.ndindex(y.shape)):
        cells = window_at(place, SHOWN_WINDOW, SHOWN_WINDOW, (1, 1))
        upto = np.where(np.isnan(np.kron(until(y, step), np.ones(SHOWN_WINDOW))), 0.0, dx[0, 0])
        inside = ", ".join(f"{SHOWN[cell]:g}" for cell in cells)
        frames.append(
            Frame(
                label=f"window {step + 1}",
                note=f"y[{place[0]}, {place[1]}] = max({inside}) = {y[place]:g}",
                panels=(
                    Cells(values=SHOWN, title="x", marked=cells),
                    Cells(values=until(y, step), title="y", marked=(place,), mark_role="subject"),
                    Cells(values=upto, title="dL/dx where dL/dy = 1", marked=cells),
                ),
            )
        )
    return Picture(
        alt="Max pooling of a 4x6 picture by windows of 2x3 gives "
        f"{y.astype(int).tolist()}. Its gradient is 1 at the 4 cells that are the largest of their windows.",
        frames=tuple(frames),
        columns=3,
    )


MAX_POOL: Final = Layer(
    name="max_pool",
    aliases=("MaxPool1d", "MaxPool2d", "MaxPool3d", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "max_pooling"),
    title="max pooling",
    summary="Keeps the largest number of every window: whether a feature is there, not exactly where.",
    formula="y[n, c, j] = max over i of x[n, c, s j + d i - p]",
    latex=r"y_{n,c,j} = \max_{i} x_{n,c,\,s j + d i - p}",
    arguments=(Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),),
    options=(
        WINDOW_OPTION,
        STRIDE,
        PADDING,
        Option(name="dilation", meaning="d, cells from one position of the window to the next"),
        CEIL_MODE,
    ),
    result="(n, c, *output) with output = floor((size + 2 p - d (k - 1) - 1) / s) + 1, or rounded up",
    reference=max_pool_reference,
    reference_backward=max_pool_reference_backward,
    fast=max_pool,
    sample=_sample,
    linear=False,
    equivariant=(
        "translation by multiples of the stride, away from the rim",
        "permutation of channels",
        "increasing functions of x",
    ),
    parameters="none",
    module="torch.nn.MaxPool2d",
    drawn=_picture,
    when="Behind convolutions of pictures, where a strong answer anywhere in the window is what counts.",
    when_not="When exact places matter (segmentation, key points), or in generators: use strides, or keep the size.",
    mistakes=(
        "Padding with zeros by hand: where all numbers are negative, the zeros win. Pooling pads with -∞.",
        "Expecting a gradient everywhere: one cell of every window learns. In a tie it is the first, as in PyTorch.",
        "Forgetting that the rest at the end is left out: 7 cells with window 2 give 3, or 4 with ceil_mode.",
    ),
    source="K. Yamaguchi et al., A neural network for speaker-independent isolated word recognition, 1990. "
    "Padding is -∞; a tie goes to the first, as in PyTorch.",
)
