"""Depthwise-separable convolution: first each channel by itself over its places, then all channels at each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.convolution.geometry import DILATION, PADDING, STRIDE, Geometry, Padding, geometry_of
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.windows import Numbers, inner
from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

CHANNELS: Final = np.array([8, 16, 32, 64, 128, 256])
KERNELS: Final = (3, 5, 7)
AXES_OF_PICTURES: Final = 4
Shape = tuple[int, ...]


def separable_reference(
    x: Floats,
    depthwise: Floats,
    pointwise: Floats,
    b: Floats,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
) -> Floats:
    """Return the depthwise-separable convolution of pictures, without anything between its two halves.

    **Formula** z[n, c, j] = Σ_i depthwise[c, i] x[n, c, s j + d i - p];
    y[n, o, j] = b[o] + Σ_c pointwise[o, c] z[n, c, j].

    Args:
        x: (n, c_in, h, w).
        depthwise: (c_in, k_h, k_w), one kernel for each channel.
        pointwise: (c_out, c_in), how each output channel mixes the filtered ones.
        b: (c_out,).
        stride: s, at least 1, of the depthwise half.
        padding: p, as in conv2d.
        dilation: d, at least 1.

    Returns:
        y, (n, c_out, h_out, w_out), sizes as in conv2d.

    Raises:
        ShapeError: axes or channels do not fit, or the kernel is larger than the padded input.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> x = np.ones((1, 2, 3, 3))
        >>> separable_reference(x, np.ones((2, 2, 2)), np.array([[1.0, 10.0]]), np.zeros(1))[0, 0]
        array([[44., 44.],
               [44., 44.]])
    """
    at = halves_of(x.shape, depthwise.shape, pointwise.shape, b.shape, stride, padding, dilation)
    padded = np.pad(x, ((0, 0), (0, 0), *at.padding))
    z = np.zeros((*x.shape[:2], *at.output))
    for i in np.ndindex(at.kernel):
        z += depthwise[:, *i, None, None] * padded[at.seen(i)]
    y: Floats = np.einsum("oc,nchw->nohw", pointwise, z) + b[:, None, None]
    return y


def separable_reference_backward(
    upstream: Floats,
    x: Floats,
    depthwise: Floats,
    pointwise: Floats,
    b: Floats,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return dL/dx, dL/d depthwise, dL/d pointwise and dL/db from upstream = dL/dy.

    **Formula** dL/dz[n, c, j] = Σ_o pointwise[o, c] dL/dy[n, o, j], then each channel as in conv2d.
    """
    at = halves_of(x.shape, depthwise.shape, pointwise.shape, b.shape, stride, padding, dilation)
    padded = np.pad(x, ((0, 0), (0, 0), *at.padding))
    z = np.zeros((*x.shape[:2], *at.output))
    dz = np.einsum("oc,nohw->nchw", pointwise, upstream)
    dx, ddepthwise = np.zeros_like(padded), np.zeros_like(depthwise)
    for i in np.ndindex(at.kernel):
        z += depthwise[:, *i, None, None] * padded[at.seen(i)]
        dx[at.seen(i)] += depthwise[:, *i, None, None] * dz
        ddepthwise[:, *i] = np.einsum("nchw,nchw->c", dz, padded[at.seen(i)])
    dpointwise = np.einsum("nohw,nchw->oc", upstream, z)
    return dx[inner(x.shape[2:], at.before)], ddepthwise, dpointwise, upstream.sum(axis=(0, 2, 3))


def separable(
    x: Tensor,
    depthwise: Tensor,
    pointwise: Tensor,
    b: Tensor,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
) -> Tensor:
    """Return the depthwise-separable convolution; see `separable_reference`."""
    from torch.nn import functional

    shapes = tuple(x.shape), tuple(depthwise.shape), tuple(pointwise.shape), tuple(b.shape)
    at = halves_of(*shapes, stride=stride, padding=padding, dilation=dilation)
    margins = [margin for pair in reversed(at.padding) for margin in pair]
    filtered = functional.conv2d(
        functional.pad(x, margins), depthwise[:, None], None, at.stride, 0, at.dilation, groups=x.shape[1]
    )
    return functional.conv2d(filtered, pointwise[:, :, None, None], b)


def halves_of(
    x: Shape, depthwise: Shape, pointwise: Shape, b: Shape, stride: Numbers, padding: Padding, dilation: Numbers
) -> Geometry:
    """Return what follows for the depthwise half, after a look at the pointwise one.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> halves_of((1, 2, 5, 5), (2, 3, 3), (4, 2), (4,), 1, 0, 1).output
        (3, 3)
    """
    if len(x) != AXES_OF_PICTURES or depthwise[:1] != x[1:2] or len(b) != 1 or pointwise != (*b, x[1]):
        raise ShapeError(
            f"depthwise_separable expected x (n, c_in, h, w), depthwise (c_in, k_h, k_w), "
            f"pointwise (c_out, c_in) and b (c_out,), got {x}, {depthwise}, {pointwise} and {b}: "
            "give each channel of x one kernel and one column"
        )
    return geometry_of(x, (x[1], 1, *depthwise[1:]), None, stride, padding, dilation, x[1])


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    kernel, gaps, stride = (tuple(rng.integers(1, 4, 2).tolist()) for _ in range(3))
    sizes = [d * (k - 1) + int(rng.integers(1, 4)) for k, d in zip(kernel, gaps, strict=True)]
    n, c_in, c_out = rng.integers(1, 4, 3).tolist()
    padding = ("valid", "full", 1)[int(rng.integers(0, 3))]
    shapes = ((n, c_in, *sizes), (c_in, *kernel), (c_out, c_in), (c_out,))
    options = {"stride": stride, "padding": padding, "dilation": gaps}
    return tuple(rng.normal(size=shape) for shape in shapes), options


def _picture() -> Picture:
    shares = {k: (k * k * CHANNELS + CHANNELS**2) / (k * k * CHANNELS**2) for k in KERNELS}
    lines = tuple(
        Series(name=f"{k}x{k} kernel", x=CHANNELS, y=shares[k], kind="line and dots", role=role)
        for k, role in zip(KERNELS, ROLES, strict=False)
    )
    return Picture(
        alt="Weights, and multiplications at each place, of the separable form as a share of the plain one, which is "
        f"1/c_out + 1/(k k). With 3x3 kernels it falls from {shares[3][0]:.0%} at 8 channels to {shares[3][-1]:.0%} at "
        f"256, never below 11%; with 7x7 kernels to {shares[7][-1]:.1%}.",
        panels=(
            Plot(
                title="weights of the separable form / of the plain one",
                x_title="channels, in and out",
                y_title="share = 1 / c_out + 1 / (k k)",
                series=lines,
                y_range=(0.0, 0.26),
            ),
        ),
    )


DEPTHWISE_SEPARABLE: Final = Layer(
    name="depthwise_separable",
    aliases=("SeparableConv2D", "separable_convolution", "separable_conv", "Xception module"),
    title="depthwise-separable convolution",
    summary="First one kernel for each channel, then a 1x1 convolution over the channels: far fewer weights.",
    formula="z[n, c, j] = sum_i depthwise[c, i] x[n, c, s j + d i - p]; "
    "y[n, o, j] = b[o] + sum_c pointwise[o, c] z[n, c, j]",
    latex=r"y_{n,o,j} = b_o + \sum_{c} u_{o,c} \sum_{i} v_{c,i}\, x_{n,c,\,s j + d i - p}",
    arguments=(
        Argument(name="x", shapes=("(n, c_in, h, w)",), meaning="the input"),
        Argument(name="depthwise", shapes=("(c_in, k_h, k_w)",), meaning="v, one kernel for each channel"),
        Argument(name="pointwise", shapes=("(c_out, c_in)",), meaning="u, how the channels are mixed"),
        Argument(name="b", shapes=("(c_out,)",), meaning="the bias of each output channel"),
    ),
    options=(STRIDE, PADDING, DILATION),
    result="(n, c_out, h_out, w_out), sizes as in conv2d",
    reference=separable_reference,
    reference_backward=separable_reference_backward,
    fast=separable,
    sample=_sample,
    linear=True,
    equivariant=("translation with stride 1, away from the rim",),
    parameters="c_in k_h k_w + c_out c_in + c_out",
    module="torch.nn.Conv2d(c_in, c_in, k, groups=c_in), torch.nn.Conv2d(c_in, c_out, 1)",
    drawn=_picture,
    when="Small data sets, phones, wide layers: with 3x3 kernels it needs about a ninth of the weights.",
    when_not="Few channels, or a GPU waiting for memory: the saving on paper is not one on the clock. Measure.",
    mistakes=(
        "Expecting the time to fall as the multiplications do: the depthwise half is bound by memory.",
        "Using it in the first layer: with three channels there is nothing to separate.",
        "Taking it for equal to the plain one: its kernels are products of a spatial and a channel part.",
        "Taking Keras' DepthwiseConv2D for it: that is the first half only, without the mixing of channels.",
    ),
    source="F. Chollet, Xception, 2017; L. Sifre, 2014. One kernel for each channel, no activation between the halves.",
)
