"""One step of a simple recurrent network: the new state is a squashed sum of the input and the old state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.cells import cell_arguments, check_cell, drawn_cell
from pellucid.concepts.layers.recurrent.pictures import rnn_step
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

Squash = Literal["tanh", "relu"]
GATES: Final = 1
NONLINEARITY: Final = Option(name="nonlinearity", meaning="what squashes the sum", choices=("tanh", "relu"))


def rnn_cell_reference(
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
    nonlinearity: Squash = "tanh",
) -> Floats:
    """Return the state after one step.

    **Formula** a = x Wᵀ + b + h Uᵀ + d; h' = tanh(a), or max(0, a), with W = w_input, U = w_hidden, b = b_input,
    d = b_hidden.

    Args:
        x: the input of this step, (n, d).
        h: the state before it, (n, h).
        w_input: W, (h, d).
        w_hidden: U, (h, h).
        b_input: b, (h,).
        b_hidden: d, (h,).
        nonlinearity: tanh or relu.

    Returns:
        h', (n, h).

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: the nonlinearity is neither tanh nor relu.

    Example:
        >>> import numpy as np
        >>> one = np.ones((1, 1))
        >>> rnn_cell_reference(one, one, one, -one, np.zeros(1), np.zeros(1))
        array([[0.]])
    """
    _check(x, h, w_input, w_hidden, b_input, b_hidden, nonlinearity)
    a = x @ w_input.T + b_input + h @ w_hidden.T + b_hidden
    return np.tanh(a) if nonlinearity == "tanh" else np.maximum(a, 0)


def rnn_cell_reference_backward(
    upstream: Floats,
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
    nonlinearity: Squash = "tanh",
) -> tuple[Floats, ...]:
    """Return the gradients by x, h, W, U, b, d from upstream = dL/dh'.

    **Formula** da = dh' (1 - h'²), or dh' where a > 0; dx = da W, dh = da U, dW = daᵀ x, dU = daᵀ h, db = dd = sum(da).
    """
    after = rnn_cell_reference(x, h, w_input, w_hidden, b_input, b_hidden, nonlinearity)
    da = upstream * (1 - after**2 if nonlinearity == "tanh" else after > 0)
    return da @ w_input, da @ w_hidden, da.T @ x, da.T @ h, da.sum(axis=0), da.sum(axis=0)


def rnn_cell(
    x: Tensor,
    h: Tensor,
    w_input: Tensor,
    w_hidden: Tensor,
    b_input: Tensor,
    b_hidden: Tensor,
    nonlinearity: Squash = "tanh",
) -> Tensor:
    """Return the state after one step; see `rnn_cell_reference`."""
    import torch

    _check(x, h, w_input, w_hidden, b_input, b_hidden, nonlinearity)
    step = torch.rnn_tanh_cell if nonlinearity == "tanh" else torch.rnn_relu_cell
    return step(x, h, w_input, w_hidden, b_input, b_hidden)


def check_nonlinearity(function: str, nonlinearity: str) -> None:
    """Refuse what is neither tanh nor relu.

    Raises:
        RangeError: it is neither.
    """
    if nonlinearity not in NONLINEARITY.choices:
        raise RangeError(f"{function} expected nonlinearity tanh or relu, got {nonlinearity!r}: pass one of the two")


def _check(x: Any, h: Any, w_input: Any, w_hidden: Any, b_input: Any, b_hidden: Any, nonlinearity: str) -> None:
    weights = {"w_input": w_input, "w_hidden": w_hidden, "b_input": b_input, "b_hidden": b_hidden}
    check_cell("rnn_cell", GATES, x, {"h": h}, weights)
    check_nonlinearity("rnn_cell", nonlinearity)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn_cell(rng, GATES), {"nonlinearity": NONLINEARITY.choices[int(rng.integers(0, 2))]}


RNN_CELL: Final = Layer(
    name="rnn_cell",
    aliases=("RNNCell", "SimpleRNNCell", "Elman cell"),
    title="one step of a simple recurrent network",
    summary="Makes the new state from the input and the old state: one dense layer over both, squashed.",
    formula="h' = tanh(x W^T + b + h U^T + d)",
    latex=r"h' = \tanh\left(x W^{T} + b + h U^{T} + d\right)",
    arguments=cell_arguments(GATES),
    options=(NONLINEARITY,),
    result="(n, h), between -1 and 1 with tanh",
    reference=rnn_cell_reference,
    reference_backward=rnn_cell_reference_backward,
    fast=rnn_cell,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="h d + h h + 2 h",
    module="torch.nn.RNNCell",
    drawn=rnn_step,
    when="To step through time yourself: decoding token by token, control, teaching.",
    when_not="Whole sequences that are there from the beginning: `simple_rnn` runs them in one call.",
    mistakes=(
        "Forgetting to reset the state between sequences: the last one leaks into the next.",
        "Two biases where one would do: their sum is all that counts, PyTorch keeps both for cuDNN.",
    ),
    source="J. L. Elman, Finding structure in time, 1990. PyTorch's form with two biases.",
)
