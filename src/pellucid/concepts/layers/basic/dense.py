"""The dense layer: every output is a weighted sum of every input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Edge, Graph, Node, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

SHOWN_X: Final = np.array([[1.0, 2.0, 0.5]])
SHOWN_W: Final = np.array([[0.5, -1.0, 2.0], [1.0, 1.0, -2.0]])
SHOWN_B: Final = np.array([0.5, -1.0])
AXES: Final = 2  # (n, d)
Shape = tuple[int, ...]


def dense_reference(x: Floats, w: Floats, b: Floats) -> Floats:
    """Return the dense layer.

    **Formula** y[n, o] = b[o] + Σ_d w[o, d] x[n, d], in short y = x wᵀ + b.

    Args:
        x: (n, d).
        w: (o, d): one row of weights for each output.
        b: (o,).

    Returns:
        y, (n, o), any numbers.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> dense_reference(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]), np.array([0.5, 0.0]))
        array([[11.5,  2. ]])
    """
    check_weights(x.shape, w.shape, b.shape)
    return x @ w.T + b


def dense_reference_backward(upstream: Floats, x: Floats, w: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dw and dL/db from upstream = dL/dy, (n, o).

    **Formula** dL/dx = dL/dy w; dL/dw = dL/dyᵀ x; dL/db[o] = Σ_n dL/dy[n, o].
    """
    return upstream @ w, upstream.T @ x, upstream.sum(axis=0)


def dense(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return the dense layer; see `dense_reference`."""
    from torch.nn import functional

    check_weights(tuple(x.shape), tuple(w.shape), tuple(b.shape))
    return functional.linear(x, w, b)


def check_weights(x: Shape, w: Shape, b: Shape) -> None:
    """Refuse shapes that do not fit.

    Raises:
        ShapeError: they do not.

    Example:
        >>> check_weights((7, 2), (3, 2), (3,))
    """
    if len(x) != AXES or len(b) != 1 or w != (b[0], x[1]):
        raise ShapeError(
            f"dense expected x (n, d), w (o, d) and b (o,), got {x}, {w} and {b}: "
            "give w one row for each output and one column for each feature; flatten what has more axes"
        )


def _picture() -> Picture:
    y = dense_reference(SHOWN_X, SHOWN_W, SHOWN_B)[0]
    inputs = [Node(name=f"x{d}", x=0, y=-2 * d, text=f"{SHOWN_X[0, d]:g}") for d in range(SHOWN_W.shape[1])]
    outputs = [Node(name=f"y{o}", x=4, y=-1 - 2 * o, text=f"{y[o]:g}", role="subject") for o in range(len(SHOWN_W))]
    edges = [
        Edge(start=f"x{d}", end=f"y{o}", text=f"{weight:g}", role="quiet" if weight > 0 else "other")
        for (o, d), weight in np.ndenumerate(SHOWN_W)
    ]
    return Picture(
        alt=f"Three inputs 1, 2, 0.5 and two outputs; each of the 6 arrows is one weight. "
        f"y0 = 0.5·1 − 1·2 + 2·0.5 + 0.5 = {y[0]:g} and y1 = 1·1 + 1·2 − 2·0.5 − 1 = {y[1]:g}.",
        panels=(Graph(nodes=(*inputs, *outputs), edges=tuple(edges), title="6 weights and 2 biases"),),
        columns=1,
    )


DENSE: Final = Layer(
    name="dense",
    aliases=("Linear", "fully_connected", "fc", "affine"),
    title="dense layer",
    summary="Every output is a weighted sum of all inputs, plus a bias.",
    formula="y[n, o] = b[o] + sum over d of w[o, d] x[n, d]",
    latex=r"y_{n,o} = b_o + \sum_{d} w_{o,d}\, x_{n,d}",
    arguments=(
        Argument(name="x", shapes=("(n, d)",), meaning="the input"),
        Argument(name="w", shapes=("(o, d)",), meaning="one row of weights for each output"),
        Argument(name="b", shapes=("(o,)",), meaning="the bias of each output"),
    ),
    result="(n, o), any numbers",
    reference=dense_reference,
    reference_backward=dense_reference_backward,
    fast=dense,
    linear=True,
    equivariant=("permutation of examples",),
    parameters="o d + o",
    module="torch.nn.Linear",
    drawn=_picture,
    when="Vectors and tables, and the last layer of almost every network.",
    when_not="Pictures and sequences: it forgets who is whose neighbour and pays for every pair. Use convolution.",
    mistakes=(
        "Stacking dense layers without an activation between them: they collapse into one.",
        "Writing a softmax or sigmoid behind the last one when the loss takes logits.",
        "Counting the input size by hand: torch.nn.LazyLinear finds it at the first batch.",
    ),
    source="F. Rosenblatt, The perceptron, 1958, without its threshold. Weights as in PyTorch: (out, in).",
)
