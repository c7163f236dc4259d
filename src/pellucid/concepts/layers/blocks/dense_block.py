"""The dense block: every layer sees the outputs of all layers before it, and adds a few channels of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.convolution.convolution import (
    convolution_reference,
    convolution_reference_backward,
)
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 4  # (n, c, h, w)
KERNEL_AXES: Final = 5


def dense_block_channels(channels: int, layers: int, growth: int) -> int:
    """Return how many channels come out: those that went in, and `growth` from each layer.

    Example:
        >>> dense_block_channels(3, layers=3, growth=8)
        27
    """
    return channels + layers * growth


def dense_block_reference(x: Floats, w: Floats) -> Floats:
    """Return x with the channels that each layer makes of everything before it.

    **Formula** for each layer i = 0, 1, …: s = (x, y0, …, y(i-1)) side by side along the channels;
    yi = w[i] * max(0, s), a 3 x 3 convolution that keeps the size. The output is (x, y0, y1, …).

    Args:
        x: (n, c, h, w).
        w: (layers, growth, c + (layers - 1) growth, 3, 3), or other odd kernels; layer i uses the first c + i growth
            input channels of its kernels, the rest has no effect.

    Returns:
        (n, c + layers growth, h, w); the first c channels are x.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> dense_block_reference(np.ones((1, 3, 5, 5)), np.ones((3, 8, 19, 3, 3))).shape
        (1, 27, 5, 5)
    """
    _check(x, w)
    s = x
    for w_i in w:
        y_i = convolution_reference(np.maximum(s, 0), w_i[:, : s.shape[1]], padding="same")
        s = np.concatenate([s, y_i], axis=1)  # (n, c + (i + 1) growth, h, w)
    return s


def dense_block_reference_backward(upstream: Floats, x: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return dL/dx and dL/dw from upstream = dL/d output.

    **Formula** from the last layer to the first: cut the gradient into that by s and that by yi; walk the second back
    through the convolution and the activation, and add it to the first.
    """
    out, d_s, dw = dense_block_reference(x, w), upstream, np.zeros_like(w)
    for i in reversed(range(len(w))):
        c = x.shape[1] + i * w.shape[1]
        d_s, d_y = d_s[:, :c], d_s[:, c:]
        s = out[:, :c]
        d_a, dw[i, :, :c], _ = convolution_reference_backward(d_y, np.maximum(s, 0), w[i, :, :c], padding="same")
        d_s = d_s + d_a * (s > 0)
    return d_s, dw


def dense_block(x: Tensor, w: Tensor) -> Tensor:
    """Return x with the channels that each layer adds; see `dense_block_reference`."""
    import torch
    from torch.nn import functional

    _check(x, w)
    for w_i in w:
        x = torch.cat([x, functional.conv2d(x.relu(), w_i[:, : x.shape[1]], padding="same")], dim=1)
    return x


def _check(x: Any, w: Any) -> None:
    if len(x.shape) != AXES:
        raise ShapeError(
            f"dense_block expected x of shape (n, c, h, w), got {tuple(x.shape)}: pass a batch of pictures"
        )
    if len(w.shape) != KERNEL_AXES:
        raise ShapeError(
            f"dense_block expected w of shape (layers, growth, c + (layers - 1) growth, k, k), got {tuple(w.shape)}: "
            f"stack the kernels of all layers"
        )
    layers, growth, c_in, *kernel = w.shape
    wanted = x.shape[1] + (layers - 1) * growth
    if c_in != wanted or any(size % 2 == 0 for size in kernel):
        raise ShapeError(
            f"dense_block expected w with c + (layers - 1) growth = {wanted} input channels and odd kernels, got "
            f"{tuple(w.shape)}: make it fit x"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, c, h, w, layers, growth = (int(one) for one in rng.integers(1, 4, 6))
    k = int(rng.choice([1, 3]))
    kernels = rng.normal(size=(layers, growth, c + (layers - 1) * growth, k, k))
    return (rng.normal(size=(n, c, h, w)), kernels), {}


def _picture() -> Picture:
    channels, layers, growth = 3, 3, 8
    total = dense_block_channels(channels, layers, growth)
    seen = np.full((layers, total), np.nan)
    for layer in range(layers):
        before = channels + layer * growth
        seen[layer, :before] = 0.0
        seen[layer, before : before + growth] = 1.0
    return Picture(
        alt=f"Three layers on {channels} channels, growth {growth}: they see 3, 11 and 19 channels and add 8 each; "
        f"{total} come out.",
        panels=(
            Cells(
                values=seen,
                title="channels that each layer sees (0) and adds (1)",
                digits=0,
                row_names=tuple(
                    f"layer {place + 1}: {channels + place * growth} + {growth}" for place in range(layers)
                ),
            ),
        ),
        columns=1,
    )


DENSE_BLOCK: Final = Layer(
    name="dense_block",
    aliases=("densenet block", "DenseBlock"),
    title="dense block",
    summary="Every layer sees the outputs of all layers before it, side by side, and adds a few channels.",
    formula="yi = wi * max(0, (x, y0, ..., y(i-1))); the output is (x, y0, y1, ...)",
    latex=r"y_i = w_i * \max\left(0, \left(x, y_0, \dots, y_{i-1}\right)\right)",
    arguments=(
        Argument(name="x", shapes=("(n, c, h, w)",), meaning="the input"),
        Argument(
            name="w",
            shapes=("(layers, growth, c + (layers - 1) growth, k, k)",),
            meaning="the kernels of all layers, k odd; layer i uses the first c + i growth input channels",
        ),
    ),
    result="(n, c + layers growth, h, w): 3 channels, 3 layers, growth 8 give 27",
    reference=dense_block_reference,
    reference_backward=dense_block_reference_backward,
    fast=dense_block,
    sample=_sample,
    linear=False,
    equivariant=("translation, away from the rim",),
    parameters="growth k k (c + (c + growth) + ... ) = growth k k (layers c + growth layers (layers - 1) / 2)",
    module="none in torch.nn; torchvision.models.densenet adds batch normalization",
    drawn=_picture,
    when="Pictures with little data or few weights to spend: every feature is used again instead of learnt again.",
    when_not="When memory is short in training: all outputs are kept, and copied side by side at each layer.",
    mistakes=(
        "No transition between blocks: the channels grow without end.",
        "Adding instead of placing side by side: that is a residual block.",
        "Counting growth as the channels of the output: it is what each layer adds.",
    ),
    source="G. Huang et al., Densely connected convolutional networks, 2017. The bare block: activation and "
    "convolution; batch normalization before each, as in DenseNet, is left to `batch_norm`.",
)
