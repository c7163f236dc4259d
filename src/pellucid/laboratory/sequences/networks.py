"""Weights and pieces that the experiments with recurrent networks share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cell = tuple[Floats, Floats, Floats, Floats]
"""w_input, w_hidden, b_input, b_hidden, as the recurrent cells take them."""


def cell_weights(rng: np.random.Generator, gates: int, d: int, h: int, recurrence: float) -> Cell:
    """Return weights of one cell; those of the state are orthogonal, times `recurrence`, for each gate.

    Example:
        >>> w_input, w_hidden, *_ = cell_weights(np.random.default_rng(0), 1, 2, 3, 0.5)
        >>> (w_hidden @ w_hidden.T).round(12) + 0.0
        array([[0.25, 0.  , 0.  ],
               [0.  , 0.25, 0.  ],
               [0.  , 0.  , 0.25]])
    """
    squares = [recurrence * np.linalg.qr(rng.normal(size=(h, h)))[0] for _ in range(gates)]
    w_input = rng.normal(size=(gates * h, d)) / np.sqrt(d)
    return w_input, np.concatenate(squares), np.zeros(gates * h), np.zeros(gates * h)


def walk(cell: Any, x: Floats, starts: tuple[Floats, ...], weights: Cell) -> list[tuple[Floats, ...]]:
    """Return the states before the first step and after each one.

    Args:
        cell: one step, in NumPy.
        x: (n, t, d).
        starts: the states before the first step, each (n, h).
        weights: of the cell.

    Example:
        >>> len(walk(lambda x, h, *weights: h + x, np.ones((1, 3, 1)), (np.zeros((1, 1)),), ()))
        4
    """
    states = [starts]
    for t in range(x.shape[1]):
        after = cell(x[:, t], *states[-1], *weights)
        states.append(after if isinstance(after, tuple) else (after,))
    return states
