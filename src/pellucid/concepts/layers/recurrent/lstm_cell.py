"""One step of a long short-term memory: a memory that gates add to and erase, so that gradients survive long lags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.cells import cell_arguments, check_cell, drawn_cell, sigmoid
from pellucid.concepts.layers.recurrent.pictures import lstm_step

if TYPE_CHECKING:
    from torch import Tensor

GATES: Final = 4  # input, forget, candidate, output: PyTorch's order


def lstm_cell_reference(
    x: Floats, h: Floats, c: Floats, w_input: Floats, w_hidden: Floats, b_input: Floats, b_hidden: Floats
) -> tuple[Floats, Floats]:
    """Return the state and the memory after one step.

    **Formula** a = x Wᵀ + b + h Uᵀ + d, cut into four parts: i = sigmoid(a1), f = sigmoid(a2), g = tanh(a3),
    o = sigmoid(a4); c' = f c + i g; h' = o tanh(c').

    Args:
        x: the input of this step, (n, d).
        h: the state before it, (n, h).
        c: the memory before it, (n, h).
        w_input: W, (4 h, d): the rows of i, then f, g, o.
        w_hidden: U, (4 h, h).
        b_input: b, (4 h,).
        b_hidden: d, (4 h,).

    Returns:
        h', (n, h), between -1 and 1; and c', (n, h), any numbers.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> zero, one = np.zeros((4, 1)), np.ones((1, 1))
        >>> h, c = lstm_cell_reference(one, one, one, zero, zero, np.zeros(4), np.zeros(4))
        >>> c, h.round(4)
        (array([[0.5]]), array([[0.2311]]))
    """
    _check(x, h, c, w_input, w_hidden, b_input, b_hidden)
    a = x @ w_input.T + b_input + h @ w_hidden.T + b_hidden
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_cell_reference_backward(
    upstream: tuple[Floats, Floats],
    x: Floats,
    h: Floats,
    c: Floats,
    w_input: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
) -> tuple[Floats, ...]:
    """Return the gradients by x, h, c, W, U, b, d from upstream = (dL/dh', dL/dc').

    **Formula** with s = tanh(c'): e = dc' + dh' o (1 - s²) reaches the memory; before their squashing
    di = e g i (1 - i), df = e c f (1 - f), dg = e i (1 - g²), do = dh' s o (1 - o);
    dc = e f: along the memory the gradient is multiplied by the forget gate only.
    """
    dh, dc = upstream
    a = x @ w_input.T + b_input + h @ w_hidden.T + b_hidden
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    s = np.tanh(f * c + i * g)
    e = dc + dh * o * (1 - s**2)
    parts = [e * g * i * (1 - i), e * c * f * (1 - f), e * i * (1 - g**2), dh * s * o * (1 - o)]
    da = np.concatenate(parts, axis=1)  # (n, 4 h)
    return da @ w_input, da @ w_hidden, e * f, da.T @ x, da.T @ h, da.sum(axis=0), da.sum(axis=0)


def lstm_cell(
    x: Tensor, h: Tensor, c: Tensor, w_input: Tensor, w_hidden: Tensor, b_input: Tensor, b_hidden: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the state and the memory after one step; see `lstm_cell_reference`."""
    import torch

    _check(x, h, c, w_input, w_hidden, b_input, b_hidden)
    return torch.lstm_cell(x, (h, c), w_input, w_hidden, b_input, b_hidden)


def _check(x: Any, h: Any, c: Any, w_input: Any, w_hidden: Any, b_input: Any, b_hidden: Any) -> None:
    weights = {"w_input": w_input, "w_hidden": w_hidden, "b_input": b_input, "b_hidden": b_hidden}
    check_cell("lstm_cell", GATES, x, {"h": h, "c": c}, weights)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn_cell(rng, GATES, states=2), {}


LSTM_CELL: Final = Layer(
    name="lstm_cell",
    aliases=("LSTMCell",),
    title="one step of a long short-term memory",
    summary="Keeps a memory that gates erase from, add to and show: what is not erased stays for many steps.",
    formula="a = x W^T + b + h U^T + d in four parts; i = sigmoid(a1), f = sigmoid(a2), g = tanh(a3), o = sigmoid(a4); "
    "c' = f c + i g; h' = o tanh(c')",
    latex=r"a = x W^{T} + b + h U^{T} + d, \quad i = \sigma(a_1), \; f = \sigma(a_2), \; g = \tanh(a_3), "
    r"\; o = \sigma(a_4), \quad c' = f\, c + i\, g, \quad h' = o \tanh(c')",
    arguments=cell_arguments(GATES, ("h", "c")),
    result="(n, h) the state, between -1 and 1, and (n, h) the memory, any numbers",
    reference=lstm_cell_reference,
    reference_backward=lstm_cell_reference_backward,
    fast=lstm_cell,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="4 (h d + h h + 2 h)",
    module="torch.nn.LSTMCell",
    drawn=lstm_step,
    when="To step through time yourself with a memory: decoding token by token, control, teaching.",
    when_not="Whole sequences that are there from the beginning: `lstm` runs them in one call.",
    mistakes=(
        "Starting with a forget gate near 1/2: half of the memory is gone after each step. A bias of 1 helps; Keras "
        "sets it, PyTorch does not.",
        "Order of the parts: PyTorch and Keras i, f, g, o; ONNX i, o, f, g. Copied in another order they run "
        "without an error.",
        "Passing on the state and forgetting the memory.",
    ),
    source="S. Hochreiter, J. Schmidhuber, 1997, with the forget gate of F. A. Gers et al., 2000; no peepholes.",
)
