"""Transposed convolution: every input cell stamps the kernel into the output; the way back of a convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.convolution.geometry import DILATION, GROUPS, transposed_geometry_of
from pellucid.concepts.layers.convolution.stamping import stamping_frames
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.windows import Numbers
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor

INPUT: Final = np.array([[1.0, 2.0], [3.0, 4.0]])
KERNEL: Final = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 1.0]])


def conv_transpose_reference(
    x: Floats,
    w: Floats,
    b: Floats | None = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Floats:
    """Return the transposed convolution of x with the kernels w, in one, two or three dimensions.

    **Formula** y[n, o, s j + d i - p] += Σ_c x[n, c, j] w[c, o, i] for all places j of x and positions i of the kernel,
    starting from y = b[o]: what falls outside of y, the rim of p cells, is dropped.

    Args:
        x: (n, c_in, *sizes) with one to three sizes.
        w: (c_in, c_out / groups, *kernel).
        b: (c_out,); None for none.
        stride: s, at least 1: how far apart the stamps lie.
        padding: p, at least 0: how many cells are cut off each side of the output.
        output_padding: cells added at the end, below stride or dilation.
        dilation: d, at least 1.
        groups: a divisor of c_in.

    Returns:
        y, (n, c_out, *output) with output = s (size - 1) + d (k - 1) + 1 - 2 p + output_padding along each axis.

    Raises:
        ShapeError: axes or channels do not fit, or nothing of the output is left.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> x, w = np.array([[[1.0, 2.0]]]), np.array([[[1.0, 1.0, 5.0]]])
        >>> conv_transpose_reference(x, w, stride=2)[0, 0]
        array([ 1.,  1.,  7.,  2., 10.])
    """
    bias = None if b is None else b.shape
    at, kept = transposed_geometry_of(x.shape, w.shape, bias, stride, padding, output_padding, dilation, groups)
    n, sizes = len(x), x.shape[2:]
    grouped = x.reshape(n, groups, len(w) // groups, *sizes)  # (n, g, c_in / g, *sizes)
    kernels = w.reshape(groups, -1, *w.shape[1:])  # (g, c_in / g, c_out / g, *kernel)
    whole = np.zeros((n, groups, w.shape[1], *at.output))
    for i in np.ndindex(at.kernel):
        whole[at.seen(i, sizes)] += np.einsum("ngc...,gco->ngo...", grouped, kernels[(..., *i)])
    y = whole.reshape(n, groups * w.shape[1], *at.output)[kept]
    return y if b is None else y + b.reshape(-1, *(1 for _ in sizes))


def conv_transpose_reference_backward(
    upstream: Floats,
    x: Floats,
    w: Floats,
    b: Floats | None = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dw and dL/db from upstream = dL/dy: dL/dx is a plain convolution of upstream with w.

    **Formula** dL/dx[n, c, j] = Σ_o Σ_i w[c, o, i] dL/dy[n, o, s j + d i - p];
    dL/dw[c, o, i] = Σ_n Σ_j x[n, c, j] dL/dy[n, o, s j + d i - p]; dL/db[o] = Σ_n Σ_j dL/dy[n, o, j].
    """
    bias = None if b is None else b.shape
    at, kept = transposed_geometry_of(x.shape, w.shape, bias, stride, padding, output_padding, dilation, groups)
    n, sizes = len(x), x.shape[2:]
    grouped = x.reshape(n, groups, len(w) // groups, *sizes)
    kernels = w.reshape(groups, -1, *w.shape[1:])
    whole = np.zeros((n, upstream.shape[1], *at.output))
    whole[kept] = upstream
    whole = whole.reshape(n, groups, w.shape[1], *at.output)
    dx, dw = np.zeros_like(grouped), np.zeros_like(kernels)
    places = tuple(range(3, grouped.ndim))
    for i in np.ndindex(at.kernel):
        dx += np.einsum("ngo...,gco->ngc...", whole[at.seen(i, sizes)], kernels[(..., *i)])
        dw[(..., *i)] = np.einsum("ngc...,ngo...->gco...", grouped, whole[at.seen(i, sizes)]).sum(axis=places)
    db = upstream.sum(axis=(0, *range(2, upstream.ndim)))
    return dx.reshape(x.shape), dw.reshape(w.shape), db


def conv_transpose(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    """Return the transposed convolution of x with the kernels w; see `conv_transpose_reference`."""
    from torch.nn import functional

    shapes = tuple(x.shape), tuple(w.shape), None if b is None else tuple(b.shape)
    transposed_geometry_of(*shapes, stride, padding, output_padding, dilation, groups)
    by_axes = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)
    return by_axes[x.ndim - 3](x, w, b, stride, padding, output_padding, groups, dilation)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    axes, groups = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    kernel, sizes, stride, dilation = (tuple(rng.integers(1, 4, axes).tolist()) for _ in range(4))
    more = tuple(int(rng.integers(0, max(s, d))) for s, d in zip(stride, dilation, strict=True))
    spans = [s * (size - 1) + d * (k - 1) for size, k, s, d in zip(sizes, kernel, stride, dilation, strict=True)]
    padding = tuple(int(rng.integers(0, span // 2 + 1)) for span in spans)
    c_in, c_out = groups * int(rng.integers(1, 3)), groups * int(rng.integers(1, 3))
    shapes = ((int(rng.integers(1, 3)), c_in, *sizes), (c_in, c_out // groups, *kernel), (c_out,))
    options = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation, "groups": groups}
    return tuple(rng.normal(size=shape) for shape in shapes), options


def _picture() -> Picture:
    whole = conv_transpose_reference(INPUT[None, None], KERNEL[None, None], stride=2)[0, 0]
    return Picture(
        alt="Each of the 4 input cells 1, 2, 3, 4 stamps the 3x3 kernel, times itself, into a 5x5 output, 2 cells "
        f"apart. Where stamps overlap they add: the middle cell is 1 + 2 + 3 + 4 = {whole[2, 2]:g}.",
        frames=stamping_frames(INPUT, KERNEL, whole.shape, (2, 2), (1, 1)),
        columns=3,
    )


CONV_TRANSPOSE: Final = Layer(
    name="conv_transpose",
    aliases=(
        "ConvTranspose1d",
        "ConvTranspose2d",
        "ConvTranspose3d",
        "Conv1DTranspose",
        "Conv2DTranspose",
        "Conv3DTranspose",
        "transposed_convolution",
        "deconvolution",
    ),
    title="transposed convolution",
    summary="Every input cell stamps the kernel, times its value, into a larger output; where stamps overlap they add.",
    formula="y[n, o, s j + d i - p] += x[n, c, j] w[c, o, i], starting from y = b[o]",
    latex=r"y_{n,o,m} = b_o + \sum_{c} \sum_{s j + d i - p = m} x_{n,c,j}\, w_{c,o,i}",
    arguments=(
        Argument(name="x", shapes=("(n, c_in, *sizes)",), meaning="the input, with one to three sizes"),
        Argument(name="w", shapes=("(c_in, c_out / groups, *kernel)",), meaning="one kernel from each input channel"),
        Argument(name="b", shapes=("(c_out,)",), meaning="the bias of each output channel, or None"),
    ),
    options=(
        Option(name="stride", meaning="s, output cells from one stamp to the next"),
        Option(name="padding", meaning="p, cells cut off each side of the output"),
        Option(name="output_padding", meaning="cells added at the end, to choose among the sizes that a stride allows"),
        DILATION,
        GROUPS,
    ),
    result="(n, c_out, *output) with output = s (size - 1) + d (k - 1) + 1 - 2 p + output_padding along each axis",
    reference=conv_transpose_reference,
    reference_backward=conv_transpose_reference_backward,
    fast=conv_transpose,
    sample=_sample,
    linear=True,
    equivariant=("translation by one input cell: the output moves by s cells, away from the rim",),
    parameters="c_in (c_out / groups) prod(kernel) + c_out",
    module="torch.nn.ConvTranspose2d",
    drawn=_picture,
    when="Growing a small feature map to a picture: decoders, segmentation, generators.",
    when_not="When the checkerboard shows: enlarge by repeating or interpolating, then use a plain convolution.",
    mistakes=(
        "Taking it for an inverse: it restores the shape of a convolution's input, not its values.",
        "A kernel that the stride does not divide: stamps overlap unevenly and leave a checkerboard.",
        "Expecting padding to make the output larger: it cuts the output's rim off.",
        "Giving w as (c_out, c_in, …): here the input channels come first.",
    ),
    source="M. D. Zeiler et al., Deconvolutional networks, 2010; V. Dumoulin, F. Visin, A guide to convolution "
    "arithmetic, 2016. As in PyTorch, kernel not flipped.",
)
