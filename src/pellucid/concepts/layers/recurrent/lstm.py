"""A long short-term memory over time: a memory that gates add to and erase; stacked, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.lstm_cell import GATES, lstm_cell_reference, lstm_cell_reference_backward
from pellucid.concepts.layers.recurrent.pictures import unrolled_picture
from pellucid.concepts.layers.recurrent.unrolling import (
    PARAMETERS,
    RESULT,
    Weights,
    check_unrolled,
    drawn,
    flat,
    output,
    through_time,
    unrolled,
    unrolled_arguments,
)
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def lstm_reference(
    x: Floats,
    h: Floats,
    c: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
) -> tuple[Floats, ...]:
    """Return the states of the last layer at every step, and the last state and memory of every walk.

    **Formula** (h[t], c[t]) = cell(x[t], h[t - 1], c[t - 1]) in each walk, with the gates of `lstm_cell_reference`; a
    backward walk begins at the last t. A layer's output, its directions side by side, is the input of the layer above.

    Args:
        x: the sequences, (n, t, d): batch first.
        h: the states before the first step, (walks, n, h); walks = layers directions, numbered as in PyTorch.
        c: the memories before the first step, (walks, n, h).
        w_input: W of the first layer, (directions, 4 h, d).
        w_between: W of the layers above, (walks - directions, 4 h, directions h); empty with one layer.
        w_hidden: U, (walks, 4 h, h).
        b_input: b, (walks, 4 h).
        b_hidden: d, (walks, 4 h).

    Returns:
        y, (n, t, directions h), all steps; the last states and memories, (walks, n, h). "Only the last" is
        the second.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> x, zero, one = np.ones((1, 3, 1)), np.zeros((1, 4, 1)), np.ones((1, 1, 1))
        >>> y, h, c = lstm_reference(x, one, one, zero, zero[:0], zero, zero[..., 0], zero[..., 0])
        >>> y.ravel().round(4), c.ravel()
        (array([0.2311, 0.1225, 0.0622]), array([0.125]))
    """
    _check(x, h, c, (w_input, w_between, w_hidden, b_input, b_hidden))
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    return output(*unrolled(lstm_cell_reference, x, (h, c), weights))


def lstm_reference_backward(
    upstream: tuple[Floats, Floats, Floats],
    x: Floats,
    h: Floats,
    c: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
) -> tuple[Floats, ...]:
    """Return the gradients by all eight arguments from upstream = (dL/dy, dL/d last states, dL/d last memories).

    **Formula** back through time: dh[t] = dL/dy[t] + what the cell at t + 1 gives back to the state, dc[t] = what it
    gives back to the memory; the gradients of the weights are summed over the steps.
    """
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    return through_time(lstm_cell_reference, lstm_cell_reference_backward, upstream, x, (h, c), weights)


def lstm_layer(
    x: Tensor,
    h: Tensor,
    c: Tensor,
    w_input: Tensor,
    w_between: Tensor,
    w_hidden: Tensor,
    b_input: Tensor,
    b_hidden: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return all states, the last ones and the last memories; see `lstm_reference`."""
    import torch

    weights = (w_input, w_between, w_hidden, b_input, b_hidden)
    _check(x, h, c, weights)
    directions = len(w_input)
    return torch.lstm(x, (h, c), flat(weights), True, len(w_hidden) // directions, 0.0, False, directions > 1, True)


def _check(x: Any, h: Any, c: Any, weights: tuple[Any, ...]) -> None:
    check_unrolled("lstm", GATES, x, {"h": h, "c": c}, weights)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn(rng, GATES, states=2), {}


def _picture() -> Picture:
    return unrolled_picture("lstm", lstm_cell_reference)


LSTM: Final = Layer(
    name="lstm",
    aliases=("LSTM", "long short-term memory"),
    title="long short-term memory",
    summary="A recurrent network with a memory that gates add to, erase and show: it remembers over long lags.",
    formula="c[t] = f c[t-1] + i g, h[t] = o tanh(c[t]), with gates i, f, o and g made from x[t] and h[t-1]",
    latex=r"c_t = f_t\, c_{t-1} + i_t\, g_t, \quad h_t = o_t \tanh(c_t)",
    arguments=unrolled_arguments(GATES, ("h", "c")),
    result=RESULT + ", and the last memories (walks, n, h)",
    reference=lstm_reference,
    reference_backward=lstm_reference_backward,
    fast=lstm_layer,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters=PARAMETERS,
    module="torch.nn.LSTM",
    drawn=_picture,
    when="Sequences where something early decides something late: speech, text, series with long lags.",
    when_not="Very long sequences on parallel hardware: its steps cannot run at once. Convolutions or attention can.",
    mistakes=(
        "A forget bias of 0: half of the memory is gone after each step before anything is learnt. Set it to 1, as "
        "Keras does; in PyTorch the forget gate is the second quarter of each bias.",
        "Taking y[:, -1] of a bidirectional network as its summary: the backward half has seen one step only there.",
        "Passing (t, n, d): PyTorch's own default. Here, and with batch_first=True, the batch comes first; the states "
        "and memories never do.",
        "No clipping: the memory cures gradients that vanish, not those that explode.",
    ),
    source="S. Hochreiter, J. Schmidhuber, 1997, with the forget gate of F. A. Gers et al., 2000; no peepholes, "
    "no projection. PyTorch's order i, f, g, o.",
)
