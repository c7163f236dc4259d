"""The 1x1 convolution: a dense layer over the channels, the same at every place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

RED: Final = np.array([[9.0, 9.0, 1.0], [9.0, 9.0, 1.0], [1.0, 1.0, 1.0]])
GREEN: Final = np.array([[1.0, 9.0, 9.0], [1.0, 9.0, 9.0], [1.0, 1.0, 1.0]])
MIXES: Final = np.array([[0.5, 0.5], [1.0, -1.0]])
AXES_OF_PICTURES: Final = 4


def pointwise_reference(x: Floats, w: Floats, b: Floats) -> Floats:
    """Return the 1x1 convolution: at every place the same dense layer over the channels.

    **Formula** y[n, o, h, w] = b[o] + Σ_c w[o, c] x[n, c, h, w].

    Args:
        x: (n, c_in, h, w).
        w: (c_out, c_in): kernels of one cell, without the two axes of length 1.
        b: (c_out,).

    Returns:
        y, (n, c_out, h, w): as high and as wide as x.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])  # two channels of one row
        >>> pointwise_reference(x, np.array([[1.0, 1.0]]), np.zeros(1))[0, 0]
        array([[11., 22.]])
    """
    check_mixing(x.shape, w.shape, b.shape)
    y: Floats = np.einsum("oc,nchw->nohw", w, x) + b[:, None, None]
    return y


def pointwise_reference_backward(upstream: Floats, x: Floats, w: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dw and dL/db from upstream = dL/dy.

    **Formula** dL/dx[n, c, h, w] = Σ_o w[o, c] dL/dy[n, o, h, w]; dL/dw[o, c] = Σ_nhw dL/dy[n, o, h, w] x[n, c, h, w];
    dL/db[o] = Σ_nhw dL/dy[n, o, h, w].
    """
    dx = np.einsum("oc,nohw->nchw", w, upstream)
    dw = np.einsum("nohw,nchw->oc", upstream, x)
    return dx, dw, upstream.sum(axis=(0, 2, 3))


def pointwise(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return the 1x1 convolution; see `pointwise_reference`."""
    from torch.nn import functional

    check_mixing(tuple(x.shape), tuple(w.shape), tuple(b.shape))
    return functional.conv2d(x, w[:, :, None, None], b)


def check_mixing(x: tuple[int, ...], w: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Refuse shapes that do not fit.

    Raises:
        ShapeError: they do not.

    Example:
        >>> check_mixing((1, 2, 4, 4), (3, 2), (3,))
    """
    if len(x) != AXES_OF_PICTURES or len(b) != 1 or w != (*b, x[1]):
        raise ShapeError(
            f"pointwise expected x (n, c_in, h, w), w (c_out, c_in) and b (c_out,), got {x}, {w} and {b}: "
            "give w one column for each channel of x and b one number for each row of w"
        )


def _picture() -> Picture:
    y = pointwise_reference(np.stack([RED, GREEN])[None], MIXES, np.zeros(2))[0]
    return Picture(
        alt="Two input channels of 3x3, two mixtures of them. The mean of both is 9 where both are; their difference "
        "is 8 where only the first is, −8 where only the second is, and 0 elsewhere. No cell looks at its neighbours.",
        panels=(
            Cells(values=RED, title="x, channel 0"),
            Cells(values=GREEN, title="x, channel 1"),
            Cells(
                values=MIXES,
                title="w",
                row_names=("y, channel 0", "y, channel 1"),
                column_names=("x, channel 0", "x, channel 1"),
            ),
            Cells(values=y[0], title="y, channel 0: 0.5 and 0.5"),
            Cells(values=y[1], title="y, channel 1: 1 and −1"),
        ),
        columns=3,
    )


POINTWISE: Final = Layer(
    name="pointwise",
    aliases=("conv1x1", "1x1_convolution", "pointwise_convolution", "network in network"),
    title="1x1 convolution",
    summary="A dense layer over the channels, the same at every place of the picture.",
    formula="y[n, o, h, w] = b[o] + sum over c of w[o, c] x[n, c, h, w]",
    latex=r"y_{n,o,h,w} = b_o + \sum_{c} w_{o,c}\, x_{n,c,h,w}",
    arguments=(
        Argument(name="x", shapes=("(n, c_in, h, w)",), meaning="the input"),
        Argument(name="w", shapes=("(c_out, c_in)",), meaning="how each output channel mixes the input channels"),
        Argument(name="b", shapes=("(c_out,)",), meaning="the bias of each output channel"),
    ),
    result="(n, c_out, h, w)",
    reference=pointwise_reference,
    reference_backward=pointwise_reference_backward,
    fast=pointwise,
    linear=True,
    equivariant=("permutation of examples", "translation", "permutation of places"),
    parameters="c_out c_in + c_out",
    module="torch.nn.Conv2d(c_in, c_out, kernel_size=1)",
    drawn=_picture,
    when="Changing the number of channels cheaply: before a costly 3x3 convolution, after a depthwise one.",
    when_not="When neighbours matter: it looks at one place only. Combine it with a larger kernel.",
    mistakes=(
        "Thinking that it does nothing because its kernel is one cell: it mixes all channels.",
        "Two of them in a row without an activation between: they collapse into one.",
    ),
    source="M. Lin, Q. Chen, S. Yan, Network in network, 2013.",
)
