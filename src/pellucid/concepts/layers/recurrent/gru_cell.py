"""One step of a gated recurrent unit: a reset gate and an update gate decide what of the state survives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.cells import cell_arguments, check_cell, drawn_cell, sigmoid
from pellucid.concepts.layers.recurrent.pictures import gru_step

if TYPE_CHECKING:
    from torch import Tensor

GATES: Final = 3  # reset, update, candidate: PyTorch's order


def gru_cell_reference(
    x: Floats, h: Floats, w_input: Floats, w_hidden: Floats, b_input: Floats, b_hidden: Floats
) -> Floats:
    """Return the state after one step.

    **Formula** with W, U, b, d cut into three parts r, z, n:
    r = sigmoid(x Wrᵀ + br + h Urᵀ + dr); z = sigmoid(x Wzᵀ + bz + h Uzᵀ + dz);
    n = tanh(x Wnᵀ + bn + r (h Unᵀ + dn)); h' = (1 - z) n + z h.

    Args:
        x: the input of this step, (n, d).
        h: the state before it, (n, h).
        w_input: W, (3 h, d): the rows of r, then z, then n.
        w_hidden: U, (3 h, h).
        b_input: b, (3 h,).
        b_hidden: d, (3 h,); dn stands inside the reset, so that it is no copy of bn.

    Returns:
        h', (n, h), between the old state and -1 … 1.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> zero = np.zeros((3, 1))
        >>> gru_cell_reference(np.ones((1, 1)), np.ones((1, 1)), zero, zero, np.zeros(3), np.zeros(3))
        array([[0.5]])
    """
    _check(x, h, w_input, w_hidden, b_input, b_hidden)
    xr, xz, xn = np.split(x @ w_input.T + b_input, 3, axis=1)
    hr, hz, hn = np.split(h @ w_hidden.T + b_hidden, 3, axis=1)
    r = sigmoid(xr + hr)
    z = sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)
    return np.asarray((1 - z) * n + z * h)


def gru_cell_reference_backward(
    upstream: Floats, x: Floats, h: Floats, w_input: Floats, w_hidden: Floats, b_input: Floats, b_hidden: Floats
) -> tuple[Floats, ...]:
    """Return the gradients by x, h, W, U, b, d from upstream = dL/dh'.

    **Formula** dn = dh' (1 - z) (1 - n²); dz = dh' (h - n) z (1 - z); dr = dn hn r (1 - r), before their squashing;
    the input's side gets (dr, dz, dn), the state's side (dr, dz, r dn); dh = that side U + dh' z.
    """
    xr, xz, xn = np.split(x @ w_input.T + b_input, 3, axis=1)
    hr, hz, hn = np.split(h @ w_hidden.T + b_hidden, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)
    dn = upstream * (1 - z) * (1 - n**2)
    dz = upstream * (h - n) * z * (1 - z)
    dr = dn * hn * r * (1 - r)
    da_input = np.concatenate([dr, dz, dn], axis=1)  # (n, 3 h)
    da_hidden = np.concatenate([dr, dz, r * dn], axis=1)
    dh = da_hidden @ w_hidden + upstream * z
    return (
        da_input @ w_input,
        dh,
        da_input.T @ x,
        da_hidden.T @ h,
        da_input.sum(axis=0),
        da_hidden.sum(axis=0),
    )


def gru_cell(x: Tensor, h: Tensor, w_input: Tensor, w_hidden: Tensor, b_input: Tensor, b_hidden: Tensor) -> Tensor:
    """Return the state after one step; see `gru_cell_reference`."""
    import torch

    _check(x, h, w_input, w_hidden, b_input, b_hidden)
    return torch.gru_cell(x, h, w_input, w_hidden, b_input, b_hidden)


def _check(x: Any, h: Any, w_input: Any, w_hidden: Any, b_input: Any, b_hidden: Any) -> None:
    weights = {"w_input": w_input, "w_hidden": w_hidden, "b_input": b_input, "b_hidden": b_hidden}
    check_cell("gru_cell", GATES, x, {"h": h}, weights)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn_cell(rng, GATES), {}


GRU_CELL: Final = Layer(
    name="gru_cell",
    aliases=("GRUCell",),
    title="one step of a gated recurrent unit",
    summary="A reset gate and an update gate decide how much of the old state stays and how much is made anew.",
    formula="r = sigmoid(x Wr^T + br + h Ur^T + dr); z = sigmoid(x Wz^T + bz + h Uz^T + dz); "
    "n = tanh(x Wn^T + bn + r (h Un^T + dn)); h' = (1 - z) n + z h",
    latex=r"r = \sigma\left(x W_r^{T} + b_r + h U_r^{T} + d_r\right), \quad "
    r"z = \sigma\left(x W_z^{T} + b_z + h U_z^{T} + d_z\right), \quad "
    r"n = \tanh\left(x W_n^{T} + b_n + r \left(h U_n^{T} + d_n\right)\right), \quad h' = (1 - z)\, n + z\, h",
    arguments=cell_arguments(GATES),
    result="(n, h)",
    reference=gru_cell_reference,
    reference_backward=gru_cell_reference_backward,
    fast=gru_cell,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="3 (h d + h h + 2 h)",
    module="torch.nn.GRUCell",
    drawn=gru_step,
    when="To step through time yourself with gates: decoding token by token, control, teaching.",
    when_not="Whole sequences that are there from the beginning: `gru` runs them in one call.",
    mistakes=(
        "Reading z the other way round: here, as in the first paper, z = 1 keeps the old state; J. Chung et al., 2014, "
        "and many texts swap it.",
        "Where the reset stands: PyTorch, and Keras with reset_after=True, multiply h Un^T + dn; the paper as "
        "published and Keras with reset_after=False multiply h before Un. Weights do not carry over between the two.",
        "Order of the parts: PyTorch r, z, n; Keras z, r, h.",
    ),
    source="K. Cho et al., Learning phrase representations, 2014. PyTorch's variant: reset after the product.",
)
