"""A simple recurrent network: one squashed sum of input and state at every step, stacked and in both directions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.pictures import unrolled_picture
from pellucid.concepts.layers.recurrent.rnn_cell import (
    GATES,
    NONLINEARITY,
    Squash,
    check_nonlinearity,
    rnn_cell_reference,
    rnn_cell_reference_backward,
)
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


def simple_rnn_reference(
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
    nonlinearity: Squash = "tanh",
) -> tuple[Floats, ...]:
    """Return the states of the last layer at every step, and the last state of every walk.

    **Formula** h[t] = tanh(x[t] Wᵀ + b + h[t - 1] Uᵀ + d) in each walk; a backward walk begins at the last t.
    A layer's output, its directions side by side, is the input of the layer above.

    Args:
        x: the sequences, (n, t, d): batch first.
        h: the states before the first step, (walks, n, h); walks = layers directions, numbered as in PyTorch.
        w_input: W of the first layer, (directions, h, d).
        w_between: W of the layers above, (walks - directions, h, directions h); empty with one layer.
        w_hidden: U, (walks, h, h).
        b_input: b, (walks, h).
        b_hidden: d, (walks, h).
        nonlinearity: tanh or relu.

    Returns:
        y, (n, t, directions h), all steps; the last states, (walks, n, h). "Only the last" is the second.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: the nonlinearity is neither tanh nor relu.

    Example:
        >>> import numpy as np
        >>> x, one, zero = np.array([[[1.0], [2.0], [3.0]]]), np.ones((1, 1, 1)), np.zeros((1, 1, 1))
        >>> y, last = simple_rnn_reference(x, zero, one, zero[:0], one, zero[0], zero[0], nonlinearity="relu")
        >>> y.ravel(), last.ravel()
        (array([1., 3., 6.]), array([6.]))
    """
    _check(x, h, (w_input, w_between, w_hidden, b_input, b_hidden), nonlinearity)
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    step = partial(rnn_cell_reference, nonlinearity=nonlinearity)
    return output(*unrolled(step, x, (h,), weights))


def simple_rnn_reference_backward(
    upstream: tuple[Floats, Floats],
    x: Floats,
    h: Floats,
    w_input: Floats,
    w_between: Floats,
    w_hidden: Floats,
    b_input: Floats,
    b_hidden: Floats,
    nonlinearity: Squash = "tanh",
) -> tuple[Floats, ...]:
    """Return the gradients by all seven arguments from upstream = (dL/dy, dL/d last states).

    **Formula** back through time: dh[t] = dL/dy[t] + da[t + 1] U; da[t] = dh[t] (1 - h[t]²); dW = Σ_t da[t]ᵀ x[t];
    dU = Σ_t da[t]ᵀ h[t - 1]; dx[t] = da[t] W.
    """
    weights = Weights(w_input=w_input, w_between=w_between, w_hidden=w_hidden, b_input=b_input, b_hidden=b_hidden)
    step = partial(rnn_cell_reference, nonlinearity=nonlinearity)
    back = partial(rnn_cell_reference_backward, nonlinearity=nonlinearity)
    return through_time(step, back, upstream, x, (h,), weights)


def simple_rnn(
    x: Tensor,
    h: Tensor,
    w_input: Tensor,
    w_between: Tensor,
    w_hidden: Tensor,
    b_input: Tensor,
    b_hidden: Tensor,
    nonlinearity: Squash = "tanh",
) -> tuple[Tensor, Tensor]:
    """Return all states and the last ones; see `simple_rnn_reference`."""
    import torch

    weights = (w_input, w_between, w_hidden, b_input, b_hidden)
    _check(x, h, weights, nonlinearity)
    directions = len(w_input)
    run = torch.rnn_tanh if nonlinearity == "tanh" else torch.rnn_relu
    return run(x, h, flat(weights), True, len(w_hidden) // directions, 0.0, False, directions > 1, True)


def _check(x: Any, h: Any, weights: tuple[Any, ...], nonlinearity: str) -> None:
    check_unrolled("simple_rnn", GATES, x, {"h": h}, weights)
    check_nonlinearity("simple_rnn", nonlinearity)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    return drawn(rng, GATES), {"nonlinearity": NONLINEARITY.choices[int(rng.integers(0, 2))]}


def _picture() -> Picture:
    return unrolled_picture("simple_rnn", rnn_cell_reference)


SIMPLE_RNN: Final = Layer(
    name="simple_rnn",
    aliases=("rnn", "RNN", "SimpleRNN", "vanilla RNN", "Elman network"),
    title="simple recurrent network",
    summary="Reads a sequence step by step with one state; the same weights serve every step.",
    formula="h[t] = tanh(x[t] W^T + b + h[t-1] U^T + d)",
    latex=r"h_t = \tanh\left(x_t W^{T} + b + h_{t-1} U^{T} + d\right)",
    arguments=unrolled_arguments(GATES),
    options=(NONLINEARITY,),
    result=RESULT,
    reference=simple_rnn_reference,
    reference_backward=simple_rnn_reference_backward,
    fast=simple_rnn,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters=PARAMETERS,
    module="torch.nn.RNN",
    drawn=_picture,
    when="Short sequences where order matters, and to understand what gates are good for.",
    when_not="Lags of more than ten steps or so: the gradient is gone by then. Take a GRU or an LSTM.",
    mistakes=(
        "Taking y[:, -1] of a bidirectional network as its summary: the backward half has seen one step only there. "
        "Its last state stands at t = 0, and is in the last states.",
        "Passing (t, n, d): PyTorch's own default. Here, and with batch_first=True, the batch comes first; the states "
        "never do.",
        "ReLU with weights of the state above 1: the state explodes. Start with the identity, and clip gradients.",
        "Counting padding as steps: the last state is then that of the padding.",
    ),
    source="J. L. Elman, Finding structure in time, 1990; both ways: M. Schuster, K. Paliwal, 1997. PyTorch's form.",
)
