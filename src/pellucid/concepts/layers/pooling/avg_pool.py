"""Average pooling: the mean of every window, in one, two or three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.geometry import (
    CEIL_MODE,
    PADDING,
    STRIDE,
    WINDOW,
    WINDOW_OPTION,
    Pooling,
    drawn_input,
    pooling_of,
)
from pellucid.concepts.layers.windows import Numbers, Sizes, inner
from pellucid.drawing.records import Cells, Picture

if TYPE_CHECKING:
    from torch import Tensor

SHOWN: Final = np.full((4, 4), 6.0)


def avg_pool_reference(
    x: Floats,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Floats:
    """Return the mean of every window, channel by channel.

    **Formula** y[n, c, j] = Σ_i x[n, c, s j + i - p] / m[j], where x is 0 outside and m[j] counts the window's cells:
    those of the input, and with count_include_pad those of the padding too; never those beyond it.

    Args:
        x: (n, c, *sizes) with one to three sizes.
        window: k, at least 1.
        stride: s, at least 1; None: k.
        padding: p, from 0 to k / 2.
        ceil_mode: whether the output size is rounded up.
        count_include_pad: whether padding counts as cells of value 0.

    Returns:
        y, (n, c, *output) with output = floor or ceil of (size + 2 p - k) / s, plus 1.

    Raises:
        ShapeError: the window does not fit.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> avg_pool_reference(np.array([[[1.0, 5.0, 2.0, 4.0]]]))
        array([[[3., 3.]]])
    """
    at = pooling_of(x.shape, window, stride, padding, 1, ceil_mode)
    padded = np.pad(x, at.margins)
    y = np.zeros((*x.shape[:2], *at.output))
    for i in np.ndindex(at.window):
        y += padded[at.seen(i)]
    return y / counts_of(x.shape[2:], at, count_include_pad)


def avg_pool_reference_backward(
    upstream: Floats,
    x: Floats,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: every cell of a window gets the same share.

    **Formula** dL/dx[n, c, s j + i - p] += dL/dy[n, c, j] / m[j].
    """
    at = pooling_of(x.shape, window, stride, padding, 1, ceil_mode)
    share = upstream / counts_of(x.shape[2:], at, count_include_pad)
    dx = np.zeros_like(np.pad(x, at.margins))
    for i in np.ndindex(at.window):
        dx[at.seen(i)] += share
    return (dx[inner(x.shape[2:], at.padding)],)


def counts_of(sizes: Sizes, at: Pooling, count_include_pad: bool) -> Floats:
    """Return m, how many cells of each window count.

    Example:
        >>> at = pooling_of((1, 1, 4), 3, 2, 1)
        >>> counts_of((4,), at, True), counts_of((4,), at, False)
        (array([3., 3.]), array([2., 3.]))
    """
    counted = np.full(sizes, 1.0)
    inside = [(p, min(p, after)) for p, after in zip(at.padding, at.after, strict=True)]
    beyond = [(0, after - margin) for after, (_, margin) in zip(at.after, inside, strict=True)]
    counted = np.pad(np.pad(counted, inside, constant_values=float(count_include_pad)), beyond)
    m = np.zeros(at.output)
    for i in np.ndindex(at.window):
        m += counted[at.seen(i)]
    return m


def avg_pool(
    x: Tensor,
    window: Numbers = WINDOW,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of every window; see `avg_pool_reference`."""
    from torch.nn import functional

    at = pooling_of(tuple(x.shape), window, stride, padding, 1, ceil_mode)
    pool = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)[len(at.window) - 1]
    return pool(x, at.window, at.stride, at.padding, ceil_mode, count_include_pad)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x, options = drawn_input(
        rng, {"ceil_mode": bool(rng.integers(0, 2)), "count_include_pad": bool(rng.integers(0, 2))}
    )
    return (x,), options


def _picture() -> Picture:
    with_pad, without = (
        avg_pool_reference(SHOWN[None, None], 3, 1, 1, count_include_pad=counted)[0, 0] for counted in (True, False)
    )
    return Picture(
        alt="A 4x4 picture of sixes, averaged by windows of 3x3 with padding 1. With the padding counted as zeros the "
        f"rim darkens: {with_pad[0, 0]:.2f} in the corners, {with_pad[0, 1]:g} at the sides, 6 inside. Else all are 6.",
        panels=(
            Cells(values=SHOWN, title="x", low=0),
            Cells(values=with_pad, title="y, padding counted", low=0),
            Cells(values=without, title="y, padding not counted", low=0),
        ),
        columns=3,
    )


AVG_POOL: Final = Layer(
    name="avg_pool",
    aliases=(
        "AvgPool1d",
        "AvgPool2d",
        "AvgPool3d",
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "average_pooling",
    ),
    title="average pooling",
    summary="Replaces every window by its mean: a smaller picture that keeps the overall brightness.",
    formula="y[n, c, j] = (1 / m[j]) sum over i of x[n, c, s j + i - p], m[j] cells that count",
    latex=r"y_{n,c,j} = \frac{1}{m_j} \sum_{i} x_{n,c,\,s j + i - p}",
    arguments=(Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),),
    options=(
        WINDOW_OPTION,
        STRIDE,
        PADDING,
        CEIL_MODE,
        Option(name="count_include_pad", meaning="whether padding counts as cells of value 0", choices=(True, False)),
    ),
    result="(n, c, *output) with output = floor((size + 2 p - k) / s) + 1, or rounded up; channels are kept",
    reference=avg_pool_reference,
    reference_backward=avg_pool_reference_backward,
    fast=avg_pool,
    sample=_sample,
    linear=True,
    equivariant=("translation by multiples of the stride, away from the rim", "permutation of channels"),
    parameters="none",
    module="torch.nn.AvgPool2d",
    drawn=_picture,
    when="Making feature maps smaller when all of the window counts: in transitions of DenseNet, for spectrograms.",
    when_not="When one strong answer among weak ones is the message: the mean drowns it, the maximum keeps it.",
    mistakes=(
        "Leaving count_include_pad on: means at the rim are pulled towards 0.",
        "Comparing with Keras at the rim: it never counts the padding, PyTorch does by default.",
    ),
    source="Y. LeCun et al., Handwritten digit recognition with a back-propagation network, 1990, as subsampling. "
    "Counts at the end as in PyTorch.",
)
