"""A gated recurrent unit over time: gates decide at every step what of the state survives; stacked, both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.gru_cell import GATES, gru_cell_reference, gru_cell_reference_backward
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


def gru_reference(
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
) -> tuple[Floats, ...]:
    """Return the states of the last layer at every step, and the last state of every walk.

    **Formula** h[t] = cell(x[t], h[t - 1]) in each walk, with the gates of `gru_cell_reference`; a backward walk begins
    at the last t. A layer's output, its directions side by side, is the input of the layer above.

    Args:
        x: the sequences, (n, t, d): batch first.
        h: the states before the first step, (walks, n, h); walks = layers directions, numbered as in PyTorch.
        w_input: W of the first layer, (directions, 3 h, d).
        w_between: W of the layers above, (walks - directions, 3 h, directions h); empty with one layer.
        w_hidden: U, (walks, 3 h, h).
        b_input: b, (walks, 3 h).
        b_hidden: d, (walks, 3 h).

    Returns:
        y, (n, t, directions h), all steps; the last states, (walks, n, h). "Only the last" is the second.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import numpy as np
        >>> x, zero = np.ones((1, 3, 1)), np.zeros((1, 3, 1))
        >>> y, last = gru_reference(x, np.ones((1, 1, 1)), zero, zero[:0], zero, zero[..., 0], zero[..., 0])
        >>> y.ravel(), last.ravel()
        (array([0.5  , 0.25 , 0.125]), array([0.125]))
    """
    _check(x, h, (w_input, w_between, w_hidden, b_input, b_hidden))
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    return output(*unrolled(gru_cell_reference, x, (h,), weights))


def gru_reference_backward(
    upstream: tuple[Floats, Floats],
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
) -> tuple[Floats, ...]:
    """Return the gradients by all seven arguments from upstream = (dL/dy, dL/d last states).

    **Formula** back through time: dh[t] = dL/dy[t] + what the cell at t + 1 gives back; the gradients of the weights
    are summed over the steps.
    """
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    return through_time(gru_cell_reference, gru_cell_reference_backward, upstream, x, (h,), weights)


def gru_layer(
    x: Tensor,
    h: Tensor,
    w_input: Tensor,
    w_between: Tensor,
    w_hidden: Tensor,
    b_input: Tensor,
    b_hidden: Tensor,
) -> tuple[Tensor, Tensor]:
    """Return all states and the last ones; see `gru_reference`."""
    import torch

    weights = (w_input, w_between, w_hidden, b_input, b_hidden)
    _check(x, h, weights)
    directions = len(w_input)
    return torch.gru(x, h, flat(weights), True, len(w_hidden) // directions, 0.0, False, directions > 1, True)


def _check(x: Any, h: Any, weights: tuple[Any, ...]) -> None:
    check_unrolled("gru", GATES, x, {"h": h}, weights)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn(rng, GATES), {}


def _picture() -> Picture:
    return unrolled_picture("gru", gru_cell_reference)


GRU: Final = Layer(
    name="gru",
    aliases=("GRU", "gated recurrent unit"),
    title="gated recurrent unit",
    summary="A recurrent network with two gates: it decides at every step what to keep and what to make anew.",
    formula="h[t] = (1 - z) n + z h[t-1], with gates r, z and the candidate n made from x[t] and r, h[t-1]",
    latex=r"h_t = (1 - z_t)\, n_t + z_t\, h_{t-1}",
    arguments=unrolled_arguments(GATES),
    result=RESULT,
    reference=gru_reference,
    reference_backward=gru_reference_backward,
    fast=gru_layer,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters=PARAMETERS,
    module="torch.nn.GRU",
    drawn=_picture,
    when="Sequences of tens to hundreds of steps: three quarters of an LSTM's weights, mostly as good.",
    when_not="Very long lags or counting: an LSTM's memory is not bounded, the GRU's state is.",
    mistakes=(
        "Copying weights between libraries: PyTorch's order is r, z, n, and it resets after the product; Keras' is "
        "z, r, h, and with reset_after=False it resets before.",
        "Taking y[:, -1] of a bidirectional network as its summary: the backward half has seen one step only there.",
        "Passing (t, n, d): PyTorch's own default. Here, and with batch_first=True, the batch comes first; the states "
        "never do.",
    ),
    source="K. Cho et al., Learning phrase representations, 2014. PyTorch's variant: reset after the product.",
)
