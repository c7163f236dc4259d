"""The transition between dense blocks: a 1x1 convolution makes channels fewer, average pooling halves the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 4  # (n, c, h, w)
AXES_OF_WEIGHTS: Final = 2
HALF: Final = 2  # window and stride of the pooling


def transition_reference(x: Floats, w: Floats) -> Floats:
    """Return x with its channels mixed into fewer, and its height and width halved.

    **Formula** u[n, o, i, j] = Σ_c w[o, c] x[n, c, i, j];
    y[n, o, i, j] = (u[2i, 2j] + u[2i, 2j + 1] + u[2i + 1, 2j] + u[2i + 1, 2j + 1]) / 4.

    Args:
        x: (n, c, h, w) with h and w of at least 2; a last odd row or column is left out, as PyTorch does.
        w: (o, c): a 1 x 1 convolution is a dense layer over the channels.

    Returns:
        y, (n, o, h // 2, w // 2).

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> transition_reference(np.arange(8.0).reshape(1, 2, 2, 2), np.array([[1.0, 1.0]]))
        array([[[[7.]]]])
    """
    _check(x, w)
    u = np.einsum("oc,nchw->nohw", w, x)
    h, v = (size // HALF * HALF for size in u.shape[2:])
    u = u[:, :, :h, :v]
    return np.asarray((u[:, :, ::2, ::2] + u[:, :, ::2, 1::2] + u[:, :, 1::2, ::2] + u[:, :, 1::2, 1::2]) / 4)


def transition_reference_backward(upstream: Floats, x: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return dL/dx and dL/dw from upstream = dL/dy.

    **Formula** du[2i + a, 2j + b] = dL/dy[i, j] / 4; dx = Σ_o w[o, c] du[o]; dw[o, c] = Σ du[o] x[c].
    """
    du = np.zeros((len(x), len(w), *x.shape[2:]))
    spread = upstream.repeat(HALF, axis=2).repeat(HALF, axis=3) / 4
    du[:, :, : spread.shape[2], : spread.shape[3]] = spread
    return np.einsum("oc,nohw->nchw", w, du), np.einsum("nohw,nchw->oc", du, x)


def transition(x: Tensor, w: Tensor) -> Tensor:
    """Return x with fewer channels, half as high and wide; see `transition_reference`."""
    from torch.nn import functional

    _check(x, w)
    return functional.avg_pool2d(functional.conv2d(x, w[:, :, None, None]), HALF, HALF)


def _check(x: Any, w: Any) -> None:
    if len(x.shape) != AXES or min(x.shape[2:]) < HALF:
        raise ShapeError(
            f"transition expected x of shape (n, c, h, w) with h and w of at least 2, got {tuple(x.shape)}: "
            f"pass a batch of pictures that can be halved"
        )
    if len(w.shape) != AXES_OF_WEIGHTS or w.shape[1] != x.shape[1]:
        raise ShapeError(
            f"transition expected w of shape (o, c) = (o, {x.shape[1]}), got {tuple(w.shape)}: pass one row for each "
            f"channel that shall come out"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, c, o = (int(one) for one in rng.integers(1, 5, 3))
    return (rng.normal(size=(n, c, *rng.integers(2, 6, 2))), rng.normal(size=(o, c))), {}


def _picture() -> Picture:
    h, w = np.indices((4, 4))
    x = np.stack([h + w, 3.0 - h + 0 * w]).astype(float)[None]
    weights = np.array([[0.5, 0.5]])
    mixed = np.einsum("oc,nchw->nohw", weights, x)[0, 0]
    y = transition_reference(x, weights)[0, 0]
    panels = (("channel 1", x[0, 0]), ("channel 2", x[0, 1]), ("mixed: half of each", mixed), ("pooled", y))
    return Picture(
        alt="Two channels of 4x4 are mixed into one by weights 0.5, 0.5; then each block of 2x2 becomes its mean: "
        f"the output is 2x2, with {y[0, 0]:.2f} at its corner.",
        panels=tuple(
            Cells(values=one, title=title, digits=2 if title == "pooled" else 1, low=0.0, high=6.0)
            for title, one in panels
        ),
    )


TRANSITION: Final = Layer(
    name="transition",
    aliases=("transition layer", "transition block"),
    title="transition between dense blocks",
    summary="A 1x1 convolution makes channels fewer, average pooling with stride 2 halves height and width.",
    formula="y = mean of 2x2 blocks of sum over c of w[o, c] x[n, c]",
    latex=r"y_{n,o,i,j} = \frac{1}{4} \sum_{a=0}^{1} \sum_{b=0}^{1} \sum_{c} w_{o,c}\, x_{n,c,\,2i+a,\,2j+b}",
    arguments=(
        Argument(name="x", shapes=("(n, c, h, w)",), meaning="the input"),
        Argument(name="w", shapes=("(o, c)",), meaning="how the channels are mixed; o is often c / 2"),
    ),
    result="(n, o, h // 2, w // 2)",
    reference=transition_reference,
    reference_backward=transition_reference_backward,
    fast=transition,
    sample=_sample,
    linear=True,
    equivariant=("permutation of examples", "translation by even numbers of cells, away from the rim"),
    parameters="o c",
    module="none in torch.nn; Conv2d(c, o, 1) and AvgPool2d(2)",
    drawn=_picture,
    when="Between dense blocks, whose channels grow: it brings them back to half.",
    when_not="Inside a block, where all outputs must keep one size.",
    mistakes=(
        "Pooling last where speed counts: both steps are linear, so pooling first gives the same for a quarter of the "
        "work. With an activation between them it does not.",
        "Odd heights: the last row is dropped without a word.",
    ),
    source="G. Huang et al., Densely connected convolutional networks, 2017. Without its batch normalization and ReLU.",
)
