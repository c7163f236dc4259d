"""The residual block: two convolutions learn what to add to their input, which walks past them unchanged."""

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


def residual_block_reference(x: Floats, w_1: Floats, b_1: Floats, w_2: Floats, b_2: Floats) -> Floats:
    """Return the input plus what two convolutions make of it, squashed.

    **Formula** f(x) = w2 * max(0, w1 * x + b1) + b2, with 3 x 3 convolutions that keep the size; y = max(0, x + f(x)).

    Args:
        x: (n, c, h, w).
        w_1: (m, c, 3, 3); or other odd kernels.
        b_1: (m,).
        w_2: (c, m, 3, 3).
        b_2: (c,).

    Returns:
        y, of the shape of x, at least 0.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> x, w = np.array([[[[1.0, 2.0]]]]), np.zeros((1, 1, 3, 3))
        >>> residual_block_reference(x, w, np.zeros(1), w, np.zeros(1))
        array([[[[1., 2.]]]])
    """
    _check(x, w_1, b_1, w_2, b_2)
    a = np.maximum(convolution_reference(x, w_1, b_1, padding="same"), 0)
    f = convolution_reference(a, w_2, b_2, padding="same")
    return np.maximum(x + f, 0)


def residual_block_reference_backward(
    upstream: Floats, x: Floats, w_1: Floats, b_1: Floats, w_2: Floats, b_2: Floats
) -> tuple[Floats, ...]:
    """Return the gradients by x, w1, b1, w2 and b2, from upstream = dL/dy.

    **Formula** ds = dL/dy where x + f(x) > 0; dx = ds + (ds walked back through f): the first term is the identity
    path, on which nothing is multiplied.
    """
    a = np.maximum(convolution_reference(x, w_1, b_1, padding="same"), 0)
    ds = upstream * (x + convolution_reference(a, w_2, b_2, padding="same") > 0)
    da, dw_2, db_2 = convolution_reference_backward(ds, a, w_2, b_2, padding="same")
    dx, dw_1, db_1 = convolution_reference_backward(da * (a > 0), x, w_1, b_1, padding="same")
    return ds + dx, dw_1, db_1, dw_2, db_2


def residual_block(x: Tensor, w_1: Tensor, b_1: Tensor, w_2: Tensor, b_2: Tensor) -> Tensor:
    """Return the input plus what two convolutions make of it; see `residual_block_reference`."""
    from torch.nn import functional

    _check(x, w_1, b_1, w_2, b_2)
    a = functional.conv2d(x, w_1, b_1, padding="same").relu()
    return (x + functional.conv2d(a, w_2, b_2, padding="same")).relu()


def _check(x: Any, w_1: Any, b_1: Any, w_2: Any, b_2: Any) -> None:
    if len(x.shape) != AXES or len(w_1.shape) != AXES:
        raise ShapeError(
            f"residual_block expected x of shape (n, c, h, w) and w_1 of shape (m, c, k, k), got {tuple(x.shape)} and "
            f"{tuple(w_1.shape)}: pass a batch of pictures and kernels"
        )
    c, (m, _, *kernel) = x.shape[1], w_1.shape
    if any(size % 2 == 0 for size in kernel):
        raise ShapeError(
            f"residual_block expected kernels of odd size, got {tuple(kernel)}: an even one moves the picture "
            f"against its identity path"
        )
    wanted = (("w_1", w_1, (m, c, *kernel)), ("b_1", b_1, (m,)), ("w_2", w_2, (c, m, *kernel)), ("b_2", b_2, (c,)))
    for name, array, shape in wanted:
        if tuple(array.shape) != shape:
            raise ShapeError(
                f"residual_block expected {name} of shape {shape}, got {tuple(array.shape)}: the sum needs as many "
                f"channels as x has"
            )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, c, h, w, m = (int(one) for one in rng.integers(1, 4, 5))
    k = int(rng.choice([1, 3]))
    shapes = ((n, c, h, w), (m, c, k, k), (m,), (c, m, k, k), (c,))
    return tuple(rng.normal(size=shape) for shape in shapes), {}


def _picture() -> Picture:
    x = np.repeat([[0.5, 0.5, 0.5, 2.0, 2.0, 2.0]], 6, axis=0)  # dark at the left, light at the right
    kernel = np.array([[[[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]]])
    centre = np.zeros((1, 1, 3, 3))
    centre[0, 0, 1, 1] = 0.5
    y = residual_block_reference(x[None, None], kernel, np.zeros(1), centre, np.zeros(1))[0, 0]
    panels = (("x: walks past", x), ("f(x): what is learnt", y - x), ("y = max(0, x + f(x))", y))
    return Picture(
        alt=f"A 6x6 picture with an edge; f finds edges and rim. The sum keeps the picture and adds at most "
        f"{(y - x).max():.2f}. With all weights 0 the block gives this input back.",
        panels=tuple(Cells(values=one, title=title, low=0.0, high=4.0) for title, one in panels),
        columns=3,
    )


RESIDUAL_BLOCK: Final = Layer(
    name="residual_block",
    aliases=("resnet block", "BasicBlock", "skip connection", "shortcut"),
    title="residual block",
    summary="Two convolutions learn what to add to the input; the input itself walks past them unchanged.",
    formula="y = max(0, x + f(x)), f(x) = w2 * max(0, w1 * x + b1) + b2",
    latex=r"y = \max\left(0, x + f(x)\right), \quad f(x) = w_2 * \max\left(0, w_1 * x + b_1\right) + b_2",
    arguments=(
        Argument(name="x", shapes=("(n, c, h, w)",), meaning="the input"),
        Argument(name="w_1", shapes=("(m, c, k, k)",), meaning="kernels of the first convolution, k odd"),
        Argument(name="b_1", shapes=("(m,)",), meaning="its bias"),
        Argument(name="w_2", shapes=("(c, m, k, k)",), meaning="kernels of the second convolution"),
        Argument(name="b_2", shapes=("(c,)",), meaning="its bias"),
    ),
    result="(n, c, h, w), at least 0",
    reference=residual_block_reference,
    reference_backward=residual_block_reference_backward,
    fast=residual_block,
    sample=_sample,
    linear=False,
    equivariant=("translation, away from the rim",),
    parameters="2 m c k k + m + c",
    module="none in torch.nn; torchvision.models.resnet.BasicBlock adds batch normalization",
    drawn=_picture,
    when="Networks of ten layers and more: doing nothing is easy to learn, and gradients have a free path back.",
    when_not="Where channels or sizes change: the identity path then needs a 1x1 convolution with the same stride.",
    mistakes=(
        "An activation on the identity path: it is no identity then. The max after the sum lies there too; blocks with "
        "pre-activation (2016) move it into f.",
        "Adding tensors of different shapes by broadcasting: a wrong number of channels can pass unnoticed elsewhere; "
        "it is refused here.",
        "Starting the last batch normalization of f with scale 1 in very deep nets: scale 0 starts at the identity.",
    ),
    source="K. He et al., Deep residual learning for image recognition, 2015. The bare block: ResNet's batch "
    "normalization after each convolution is left to `batch_norm`.",
)
