"""Flatten: all axes of an example become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

SHOWN: Final = np.arange(12.0).reshape(1, 2, 2, 3)


def flatten_reference(x: Floats) -> Floats:
    """Return x with one axis for each example: last axis fastest, channels one after the other.

    **Formula** y[n, (c H + h) W + w] = x[n, c, h, w] for sizes H and W; fewer or more axes alike.

    Args:
        x: (n, ...), at least one axis.

    Returns:
        y, (n, d), where d is the product of the other sizes.

    Raises:
        ShapeError: x has no axis for examples.

    Example:
        >>> import numpy as np
        >>> flatten_reference(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
        array([[1., 2., 3., 4.]])
    """
    check_examples(x.shape)
    y = np.empty((len(x), int(np.prod(x.shape[1:]))))
    for place, index in enumerate(np.ndindex(x.shape[1:])):
        y[:, place] = x[:, *index]
    return y


def flatten_reference_backward(upstream: Floats, x: Floats) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy, (n, d): each number goes back to its place.

    **Formula** dL/dx[n, c, h, w] = dL/dy[n, (c H + h) W + w].
    """
    return (upstream.reshape(x.shape),)


def flatten(x: Tensor) -> Tensor:
    """Return x with one axis for each example; see `flatten_reference`."""
    import torch

    check_examples(tuple(x.shape))
    return x[:, None] if x.ndim == 1 else torch.flatten(x, start_dim=1)


def check_examples(x: tuple[int, ...]) -> None:
    """Refuse a single number, which has no axis for examples.

    Raises:
        ShapeError: x is one.

    Example:
        >>> check_examples((1, 2, 3))
    """
    if not x:
        raise ShapeError("flatten expected x of shape (n, ...), got (): pass x[None]")


def _picture() -> Picture:
    y = flatten_reference(SHOWN)
    return Picture(
        alt="Two channels of 2x3 become one row of 12 numbers: channel 0 row by row (0 to 5), then channel 1 (6 to "
        "11). The numbers 0 and 3, neighbours in the picture, lie three apart in the row.",
        panels=(
            Cells(values=SHOWN[0, 0], title="x, channel 0", marked=((0, 0), (1, 0))),
            Cells(values=SHOWN[0, 1], title="x, channel 1"),
            Cells(values=y, title="y", marked=((0, 0), (0, 3))),
        ),
    )


FLATTEN: Final = Layer(
    name="flatten",
    aliases=("Flattening", "ravel"),
    title="flatten",
    summary="Lays all axes of an example out in one row, so that a dense layer can take it.",
    formula="y[n, (c H + h) W + w] = x[n, c, h, w]",
    latex=r"y_{n,\,(c H + h) W + w} = x_{n,c,h,w}",
    arguments=(Argument(name="x", shapes=("(n, c, h, w)", "(n, c, l)", "(n, d)", "(n,)"), meaning="the input"),),
    result="(n, d), the same numbers; d is the product of the sizes after the first",
    reference=flatten_reference,
    reference_backward=flatten_reference_backward,
    fast=flatten,
    linear=True,
    equivariant=("permutation of examples",),
    parameters="none",
    module="torch.nn.Flatten",
    drawn=_picture,
    when="Between the last convolution and the first dense layer, when the place of a feature matters.",
    when_not="When the place does not matter or pictures differ in size: global average pooling needs fewer weights.",
    mistakes=(
        "Flattening the axis of the examples too: x.view(-1) mixes the batch.",
        "Flattening (n, h, w, c) with weights that were learnt on (n, c, h, w): same length, another order.",
    ),
    source="As torch.nn.Flatten(start_dim=1); row-major order, last axis fastest.",
)
