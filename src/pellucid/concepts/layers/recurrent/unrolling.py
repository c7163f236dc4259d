"""One cell unrolled over time, in stacked layers and both directions, forward and back: shared by RNN, GRU and LSTM.

How many layers and directions there are follows from the shapes of the weights. A *walk* is one direction of one
layer; walks are numbered as in PyTorch: layer 0 forward, layer 0 backward, layer 1 forward, …
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.recurrent.cells import expect_axes, expect_shape
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

States = tuple[Floats, ...]
Cell = Callable[..., Any]
"""`cell(x, *states, w_input, w_hidden, b_input, b_hidden)` -> new states; its backward takes their gradients first."""
MOST_DIRECTIONS: Final = 2
RESULT: Final = "y (n, t, directions h): the state of the last layer at every step, and the last states (walks, n, h)"
PARAMETERS: Final = "for each walk gates (h inputs + h h + 2 h); inputs are d in layer 0, directions h above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of all walks; h is the size of the state, g the number of gates."""

    w_input: Floats
    """(directions, g h, d): of the first layer."""
    w_between: Floats
    """((layers - 1) directions, g h, directions h): of the layers above it."""
    w_hidden: Floats
    """(layers directions, g h, h)"""
    b_input: Floats
    """(layers directions, g h)"""
    b_hidden: Floats
    """(layers directions, g h)"""

    @property
    def directions(self) -> int:
        """1, or 2 where it runs both ways."""
        return len(self.w_input)

    @property
    def walks(self) -> int:
        """How many there are."""
        return len(self.w_hidden)

    def of(self, walk: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the four arrays that the cell takes in this walk."""
        w = self.w_input[walk] if walk < self.directions else self.w_between[walk - self.directions]
        return w, self.w_hidden[walk], self.b_input[walk], self.b_hidden[walk]


def unrolled(cell: Cell, x: Floats, starts: States, weights: Weights) -> tuple[list[Floats], list[list[States]]]:
    """Return the input of each layer followed by the output of the last, and the states of each walk in its own order.

    Args:
        cell: one step.
        x: (n, t, d).
        starts: each (walks, n, h).
        weights: of all walks.

    Example:
        >>> def add(x, h, *weights):
        ...     return x + h
        >>> zero = np.zeros((1, 1, 1))
        >>> one = Weights(w_input=zero, w_between=zero[:0], w_hidden=zero, b_input=zero[0], b_hidden=zero[0])
        >>> unrolled(add, np.array([[[1.0], [2.0], [3.0]]]), (zero,), one)[0][-1].ravel()
        array([1., 3., 6.])
    """
    flows, walks = [x], []
    for first in range(0, weights.walks, weights.directions):
        sides = []
        for walk in range(first, first + weights.directions):
            states = [tuple(start[walk] for start in starts)]
            for t in _times(walk, weights, x.shape[1]):
                after = cell(flows[-1][:, t], *states[-1], *weights.of(walk))
                states.append(after if isinstance(after, tuple) else (after,))
            h = [state[0] for state in states[1:]]
            sides.append(np.stack(h if walk == first else h[::-1], axis=1))  # (n, t, h)
            walks.append(states)
        flows.append(np.concatenate(sides, axis=2))  # (n, t, directions h)
    return flows, walks


def output(flows: list[Floats], walks: list[list[States]]) -> tuple[Floats, ...]:
    """Return the output of the last layer, and each state after the last step of its walk, (walks, n, h)."""
    return (flows[-1], *(np.stack(ends) for ends in zip(*(states[-1] for states in walks), strict=True)))


def through_time(
    cell: Cell, cell_backward: Cell, upstream: tuple[Floats, ...], x: Floats, starts: States, weights: Weights
) -> tuple[Floats, ...]:
    """Return the gradients by x, the starting states and the weights: back-propagation through time.

    From the last layer to the first, in each walk from its last step to its first: what comes from above at this step
    and what comes back from the step after it are added, and go through the cell together. The gradients of the
    weights, which all steps share, are summed.

    Args:
        cell: one step.
        cell_backward: its gradients.
        upstream: dL/dy and the gradients by each of the last states.
        x: (n, t, d).
        starts: each (walks, n, h).
        weights: of all walks.
    """
    flows, walks = unrolled(cell, x, starts, weights)
    d_starts = tuple(np.zeros_like(start) for start in starts)
    d_weights = [tuple(np.zeros_like(one) for one in weights.of(walk)) for walk in range(weights.walks)]
    d_above = upstream[0]
    for first in reversed(range(0, weights.walks, weights.directions)):
        below = flows[first // weights.directions]
        d_below = np.zeros_like(below)
        sides = np.split(d_above, weights.directions, axis=2)
        for walk, side in zip(range(first, first + weights.directions), sides, strict=True):
            d_states = tuple(last[walk] for last in upstream[1:])
            for t, before in reversed(list(zip(_times(walk, weights, x.shape[1]), walks[walk], strict=False))):
                d_after = (d_states[0] + side[:, t], *d_states[1:])
                passed = d_after if len(starts) > 1 else d_after[0]
                d_x, *rest = cell_backward(passed, below[:, t], *before, *weights.of(walk))
                d_states = tuple(rest[: len(starts)])
                d_below[:, t] += d_x
                for total, d_weight in zip(d_weights[walk], rest[len(starts) :], strict=True):
                    total += d_weight
            for total, d_state in zip(d_starts, d_states, strict=True):
                total[walk] = d_state
        d_above = d_below
    return d_above, *d_starts, *_packed(d_weights, weights)


def flat(weights: tuple[Tensor, ...]) -> list[Tensor]:
    """Return the weights as PyTorch wants them: four for each walk, in one list."""
    w_input, w_between, *others = weights
    return [one for walk in zip([*w_input, *w_between], *others, strict=True) for one in walk]


def check_unrolled(function: str, gates: int, x: Any, states: dict[str, Any], weights: tuple[Any, ...]) -> None:
    """Refuse shapes that do not fit together.

    Raises:
        ShapeError: one does not fit; the sentence names it.
    """
    names = ("w_input", "w_between", "w_hidden", "b_input", "b_hidden")
    named = dict(zip(names, weights, strict=True))
    g = "h" if gates == 1 else f"{gates} h"
    expect_axes(function, "x", x, "(n, t, d)")
    expect_axes(function, "w_input", named["w_input"], f"(directions, {g}, d)")
    expect_axes(function, "w_hidden", named["w_hidden"], f"(walks, {g}, h)")
    (n, t, d), directions = x.shape, named["w_input"].shape[0]
    walks, _, h = named["w_hidden"].shape
    if not 1 <= directions <= MOST_DIRECTIONS or walks % directions or not walks or not t:
        raise ShapeError(
            f"{function} expected one step or more, 1 or 2 directions, and as many walks in each, got {t} steps, "
            f"{directions} directions and {walks} walks: count walks as layers times directions"
        )
    rows = gates * h
    wanted: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(states, ("(walks, n, h)", (walks, n, h))) | {
        "w_input": (f"(directions, {g}, d)", (directions, rows, d)),
        "w_between": (f"(walks - directions, {g}, directions h)", (walks - directions, rows, directions * h)),
        "w_hidden": (f"(walks, {g}, h)", (walks, rows, h)),
        "b_input": (f"(walks, {g})", (walks, rows)),
        "b_hidden": (f"(walks, {g})", (walks, rows)),
    }
    for name, array in {**states, **named}.items():
        letters, shape = wanted[name]
        expect_shape(function, name, array, letters, shape)


def unrolled_arguments(gates: int, states: tuple[str, ...] = ("h",)) -> tuple[Argument, ...]:
    """Return the arguments of a recurrent layer with so many gates.

    Example:
        >>> [one.name for one in unrolled_arguments(1)]
        ['x', 'h', 'w_input', 'w_between', 'w_hidden', 'b_input', 'b_hidden']
    """
    g = "h" if gates == 1 else f"{gates} h"
    meaning = {"h": "the states before the first step", "c": "the memories before the first step"}
    return (
        Argument(name="x", shapes=("(n, t, d)",), meaning="the sequences, batch first"),
        *(Argument(name=name, shapes=("(walks, n, h)",), meaning=meaning[name]) for name in states),
        Argument(name="w_input", shapes=(f"(directions, {g}, d)",), meaning="weights of the input, first layer"),
        Argument(
            name="w_between",
            shapes=(f"(walks - directions, {g}, directions h)",),
            meaning="weights of the layer below, for the layers above the first; empty with one layer",
        ),
        Argument(name="w_hidden", shapes=(f"(walks, {g}, h)",), meaning="weights of the state"),
        Argument(name="b_input", shapes=(f"(walks, {g})",), meaning="biases beside the input"),
        Argument(name="b_hidden", shapes=(f"(walks, {g})",), meaning="biases beside the state"),
    )


def drawn(rng: np.random.Generator, gates: int, states: int = 1) -> tuple[NDArray[Any], ...]:
    """Return sequences, starting states and weights that fit together: one or two layers, one or two directions.

    Example:
        >>> len(drawn(np.random.default_rng(0), 4, 2))
        8
    """
    directions, layers = (int(one) for one in rng.integers(1, 3, 2))
    n, t, d, h = (int(one) for one in rng.integers(1, 4, 4))
    walks, rows = directions * layers, gates * h
    shapes: list[tuple[int, ...]] = [
        (n, t, d),
        *[(walks, n, h)] * states,
        (directions, rows, d),
        (walks - directions, rows, directions * h),
    ]
    shapes += [(walks, rows, h), (walks, rows), (walks, rows)]
    return tuple(0.7 * rng.normal(size=shape) for shape in shapes)


def _times(walk: int, weights: Weights, steps: int) -> range:
    """Return the times in the order in which this walk takes them."""
    return range(steps) if walk % weights.directions == 0 else range(steps - 1, -1, -1)


def _packed(d_weights: list[tuple[Floats, ...]], weights: Weights) -> tuple[Floats, ...]:
    """Return the gradients of all walks in the five arrays of `Weights`."""
    d_w, *others = zip(*d_weights, strict=True)
    first, above = d_w[: weights.directions], d_w[weights.directions :]
    between = np.stack(above) if above else np.zeros_like(weights.w_between)
    return np.stack(first), between, *(np.stack(one) for one in others)
