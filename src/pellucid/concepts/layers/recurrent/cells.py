"""What the three recurrent cells share: the shapes of one step, their check, samples, and the logistic function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.concepts.concept import Floats


def sigmoid(z: Floats) -> Floats:
    """Return the logistic function of z, without overflow.

    Example:
        >>> sigmoid(np.array([-1000.0, 0.0]))
        array([0. , 0.5])
    """
    return (1 + np.tanh(z / 2)) / 2


def check_cell(function: str, gates: int, x: Any, states: dict[str, Any], weights: dict[str, Any]) -> None:
    """Refuse shapes that do not fit together in one step.

    Raises:
        ShapeError: one does not fit; the sentence names it.

    Example:
        >>> one, zero = np.ones((1, 2)), np.zeros(2)
        >>> check_cell("rnn_cell", 1, one, {"h": one}, {"w_input": np.eye(2), "w_hidden": np.eye(2),
        ...                                              "b_input": zero, "b_hidden": zero})
    """
    first = next(iter(states.values()))
    expect_axes(function, "x", x, "(n, d)")
    expect_axes(function, "h", first, "(n, h)")
    (n, d), h = x.shape, first.shape[1]
    wanted: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(states, ("(n, h)", (n, h)))
    wanted |= {"w_input": (f"({gates} h, d)", (gates * h, d)), "w_hidden": (f"({gates} h, h)", (gates * h, h))}
    wanted |= dict.fromkeys(("b_input", "b_hidden"), (f"({gates} h,)", (gates * h,)))
    for name, array in {**states, **weights}.items():
        letters, shape = wanted[name]
        expect_shape(function, name, array, letters, shape)


def expect_axes(function: str, name: str, array: Floats | Tensor, letters: str) -> None:
    """Refuse an array with another number of axes.

    Raises:
        ShapeError: it has.
    """
    if len(array.shape) != letters.count(",") + 1:
        raise ShapeError(
            f"{function} expected {name} of shape {letters}, got {tuple(array.shape)}: pass an array with these axes"
        )


def expect_shape(function: str, name: str, array: Floats | Tensor, letters: str, shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape.

    Raises:
        ShapeError: it has one.
    """
    if tuple(array.shape) != shape:
        raise ShapeError(
            f"{function} expected {name} of shape {letters} = {shape}, got {tuple(array.shape)}: "
            f"make it fit x and the state"
        )


def cell_arguments(gates: int, states: tuple[str, ...] = ("h",)) -> tuple[Argument, ...]:
    """Return the arguments of a cell with so many gates.

    Example:
        >>> [one.name for one in cell_arguments(4, ("h", "c"))]
        ['x', 'h', 'c', 'w_input', 'w_hidden', 'b_input', 'b_hidden']
    """
    rows = "h" if gates == 1 else f"{gates} h"
    return (
        Argument(name="x", shapes=("(n, d)",), meaning="the input of this step"),
        *(Argument(name=name, shapes=("(n, h)",), meaning=MEANINGS[name]) for name in states),
        Argument(name="w_input", shapes=(f"({rows}, d)",), meaning="weights of the input"),
        Argument(name="w_hidden", shapes=(f"({rows}, h)",), meaning="weights of the state"),
        Argument(name="b_input", shapes=(f"({rows},)",), meaning="bias beside the input"),
        Argument(name="b_hidden", shapes=(f"({rows},)",), meaning="bias beside the state"),
    )


def drawn_cell(rng: np.random.Generator, gates: int, states: int = 1) -> tuple[NDArray[Any], ...]:
    """Return inputs of one step that fit together.

    Example:
        >>> len(drawn_cell(np.random.default_rng(0), 4, 2))
        7
    """
    n, d, h = (int(one) for one in rng.integers(1, 4, 3))
    shapes = [(n, d), *[(n, h)] * states, (gates * h, d), (gates * h, h), (gates * h,), (gates * h,)]
    return tuple(rng.normal(size=shape) for shape in shapes)


MEANINGS: Final = {"h": "the state before this step", "c": "the memory before this step"}
