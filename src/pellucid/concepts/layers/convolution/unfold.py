"""Unfolding: every window of a picture becomes a column, so that a convolution is one product of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.convolution.geometry import DILATION, PADDING, STRIDE, Geometry, Padding, geometry_of
from pellucid.concepts.layers.convolution.stepping import window_at
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.windows import Numbers, inner, per_axis
from pellucid.drawing.records import Cells, Frame, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 4  # (n, c, h, w)
KERNEL: Final = 3  # cells to each side: the usual kernel of a convolution
SHOWN: Final = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
SHOWN_KERNEL: Final = np.array([[0.0, 1.0], [2.0, 3.0]])


def unfold_reference(
    x: Floats, kernel: Numbers = KERNEL, stride: Numbers = 1, padding: Padding = 0, dilation: Numbers = 1
) -> Floats:
    """Return every window of x as a column.

    **Formula** y[n, (c k_h + a) k_w + b, j] = x[n, c, s j + d (a, b) - p] for all places j of the window, in reading
    order, and its positions (a, b); x is 0 outside.

    Args:
        x: (n, c, h, w).
        kernel: k, sizes of the window, at least 1.
        stride: s, at least 1.
        padding: p, as in conv2d.
        dilation: d, at least 1.

    Returns:
        y, (n, c k_h k_w, places): the places are h_out w_out of a convolution.

    Raises:
        ShapeError: x is no batch of pictures, or the window is larger than the padded input.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> unfold_reference(np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]), kernel=2)[0]
        array([[1., 2.],
               [2., 3.],
               [4., 5.],
               [5., 6.]])
    """
    at = _geometry(x.shape, kernel, stride, padding, dilation)
    padded = np.pad(x, ((0, 0), (0, 0), *at.padding))
    y = np.zeros((*x.shape[:2], *at.kernel, *at.output))
    for a, b in np.ndindex(*at.kernel):
        y[:, :, a, b] = padded[at.seen((a, b))]
    return y.reshape(len(x), x.shape[1] * int(np.prod(at.kernel)), int(np.prod(at.output)))


def unfold_reference_backward(
    upstream: Floats,
    x: Floats,
    kernel: Numbers = KERNEL,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: every cell collects from all windows that see it. It is called folding.

    **Formula** dL/dx[n, c, s j + d (a, b) - p] += dL/dy[n, (c k_h + a) k_w + b, j].
    """
    at = _geometry(x.shape, kernel, stride, padding, dilation)
    dx = np.zeros_like(np.pad(x, ((0, 0), (0, 0), *at.padding)))
    columns = upstream.reshape(*x.shape[:2], *at.kernel, *at.output)
    for a, b in np.ndindex(*at.kernel):
        dx[at.seen((a, b))] += columns[:, :, a, b]
    return (dx[inner(x.shape[2:], at.before)],)


def unfold(
    x: Tensor, kernel: Numbers = KERNEL, stride: Numbers = 1, padding: Padding = 0, dilation: Numbers = 1
) -> Tensor:
    """Return every window of x as a column; see `unfold_reference`."""
    from torch.nn import functional

    at = _geometry(tuple(x.shape), kernel, stride, padding, dilation)
    margins = [margin for pair in reversed(at.padding) for margin in pair]  # the last axis comes first
    return functional.unfold(functional.pad(x, margins), at.kernel, at.dilation, 0, at.stride)


def _geometry(x: tuple[int, ...], kernel: Numbers, stride: Numbers, padding: Padding, dilation: Numbers) -> Geometry:
    """Return what follows, as for a convolution with one kernel; refuse what is no batch of pictures."""
    if len(x) != AXES:
        raise ShapeError(f"unfold expected x of shape (n, c, h, w), got {x}: pass a batch of pictures")
    sizes = per_axis("unfold", "kernel", kernel, AXES - 2, 1)
    return geometry_of(x, (1, x[1], *sizes), None, stride, padding, dilation)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    kernel, gaps, stride = (tuple(rng.integers(1, 4, 2).tolist()) for _ in range(3))
    sizes = [d * (k - 1) + int(rng.integers(1, 4)) for k, d in zip(kernel, gaps, strict=True)]
    padding = ("valid", "full", 1, (0, 2))[int(rng.integers(0, 4))]
    options = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": gaps}
    return (rng.normal(size=(*rng.integers(1, 3, 2).tolist(), *sizes)),), options


def _picture() -> Picture:
    y = unfold_reference(SHOWN[None, None], kernel=2)[0]
    w = SHOWN_KERNEL.reshape(1, -1)
    frames = []
    for step, place in enumerate(np.ndindex(2, 2)):
        column = tuple((row, step) for row in range(len(y)))
        total = float((w @ y)[0, step])
        sums = " + ".join(f"{weight:g}·{cell:g}" for weight, cell in zip(w[0], y[:, step], strict=True))
        frames.append(
            Frame(
                label=f"window {step + 1}",
                note=f"column {step + 1} of y is window {step + 1}; w y there is {sums} = {total:g}",
                panels=(
                    Cells(values=SHOWN, title="x", marked=window_at(place, (2, 2), (1, 1), (1, 1))),
                    Cells(values=y, title="y: a column for each window", marked=column),
                    Cells(values=w, title="a kernel as a row: w"),
                    Cells(values=w @ y, title="w y: the convolution", marked=((0, step),), mark_role="subject"),
                ),
            )
        )
    return Picture(
        alt="The four 2x2 windows of a 3x3 picture become the four columns of a 4x4 matrix; the 5 in the middle stands "
        f"in all of them. A kernel (0, 1, 2, 3) as a row, times that matrix, is the convolution: "
        f"{', '.join(f'{one:g}' for one in (w @ y)[0])}.",
        frames=tuple(frames),
    )


UNFOLD: Final = Layer(
    name="unfold",
    aliases=("im2col", "extract_patches", "image_to_columns"),
    title="unfolding",
    summary="Lays every window of a picture out as a column: a convolution becomes one product of matrices.",
    formula="y[n, (c k_h + a) k_w + b, j] = x[n, c, s j + d (a, b) - p]",
    latex=r"y_{n,\,(c k_h + a) k_w + b,\,j} = x_{n,c,\,s j + d (a, b) - p}",
    arguments=(Argument(name="x", shapes=("(n, c, h, w)",), meaning="the input"),),
    options=(
        Option(name="kernel", meaning="k, sizes of the window, one number or one for each axis: (2, 3)"),
        STRIDE,
        PADDING,
        DILATION,
    ),
    result="(n, c k_h k_w, places), the places in reading order: h_out w_out of a convolution",
    reference=unfold_reference,
    reference_backward=unfold_reference_backward,
    fast=unfold,
    sample=_sample,
    linear=True,
    equivariant=("permutation of examples",),
    parameters="none",
    module="torch.nn.Unfold",
    drawn=_picture,
    when="To see or to build what works on windows: a convolution as a product, patches for a vision transformer.",
    when_not="For a convolution as such: with a 3x3 kernel the columns take nine times the memory of the picture.",
    mistakes=(
        "Taking folding for the way back: cells that several windows share are added up. Divide by how many saw them.",
        "Reading the rows as place by place: the channel comes first, then the position in the window.",
        "Confusing it with Tensor.unfold: that makes windows along one axis and gives them an axis of their own.",
    ),
    source="K. Chellapilla, S. Puri, P. Simard, High performance convolutional neural networks for document "
    "processing, 2006. Order of the rows as in torch.nn.Unfold.",
)
