"""The chain rule through one small network, one scalar at a time: no matrix product hides a factor."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.laboratory.principles.network import Floats, Parameters


class Trace(NamedTuple):
    """Every number of one forward and one backward pass for one example: d inputs, h hidden units, k outputs."""

    x: Floats  # (d,)
    t: Floats  # (k,) targets
    z1: Floats  # (h,) sums
    a1: Floats  # (h,) hidden units
    z2: Floats  # (k,)
    a2: Floats  # (k,) outputs
    E: float
    da2: Floats  # (k,) dE/da2; likewise below
    slope2: Floats  # (k,) da2/dz2
    dz2: Floats  # (k,)
    da1: Floats  # (h,)
    slope1: Floats  # (h,)
    dz1: Floats  # (h,)
    gradient: Parameters  # dE/dW1 (d, h), dE/db1, dE/dW2 (h, k), dE/db2


def activate(z: float, activation: str) -> float:
    """Return what a unit says for its sum.

    Example:
        >>> activate(0.0, "sigmoid"), activate(0.0, "tanh")
        (0.5, 0.0)
    """
    return math.tanh(z) if activation == "tanh" else 0.5 * (1 + math.tanh(z / 2))


def slope(a: float, activation: str) -> float:
    """Return da/dz from the unit's output: 1 - a² or a (1 - a).

    Example:
        >>> slope(0.5, "sigmoid"), slope(0.0, "tanh")
        (0.25, 1.0)
    """
    return 1 - a * a if activation == "tanh" else a * (1 - a)


def trace(p: Parameters, x: Floats, t: Floats, activation: str) -> Trace:
    """Return every number on the way forward and back.

    **Formula** E = Σ_k (a2_k - t_k)² / 2; dE/dz2_k = (a2_k - t_k) a2'_k; dE/dW2_jk = a1_j dE/dz2_k;
    dE/dz1_j = Σ_k dE/dz2_k W2_jk · a1'_j; dE/dW1_ij = x_i dE/dz1_j

    Args:
        p: weights W1 (d, h), W2 (h, k) and biases b1 (h,), b2 (k,).
        x: (d,) inputs.
        t: (k,) targets.
        activation: of all units, `sigmoid` or `tanh`.

    Example:
        >>> one = Parameters(np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1))
        >>> trace(one, np.zeros(1), np.zeros(1), "tanh").E
        0.0
    """
    W1, b1, W2, b2 = p
    d, h, k = range(W1.shape[0]), range(W1.shape[1]), range(W2.shape[1])
    z1 = [sum(x[i] * W1[i, j] for i in d) + b1[j] for j in h]
    a1 = [activate(z, activation) for z in z1]
    z2 = [sum(a1[j] * W2[j, m] for j in h) + b2[m] for m in k]
    a2 = [activate(z, activation) for z in z2]
    E = sum((a2[m] - t[m]) ** 2 / 2 for m in k)
    da2 = [a2[m] - t[m] for m in k]
    slope2 = [slope(a, activation) for a in a2]
    dz2 = [da2[m] * slope2[m] for m in k]
    dW2 = [[a1[j] * dz2[m] for m in k] for j in h]
    da1 = [sum(dz2[m] * W2[j, m] for m in k) for j in h]
    slope1 = [slope(a, activation) for a in a1]
    dz1 = [da1[j] * slope1[j] for j in h]
    dW1 = [[x[i] * dz1[j] for j in h] for i in d]
    gradient = Parameters(_array(dW1), _array(dz1), _array(dW2), _array(dz2))  # a bias is the weight of a 1
    return Trace(
        x=x,
        t=t,
        z1=_array(z1),
        a1=_array(a1),
        z2=_array(z2),
        a2=_array(a2),
        E=float(E),
        da2=_array(da2),
        slope2=_array(slope2),
        dz2=_array(dz2),
        da1=_array(da1),
        slope1=_array(slope1),
        dz1=_array(dz1),
        gradient=gradient,
    )


def _array(numbers: list[float] | list[list[float]]) -> NDArray[np.float64]:
    return np.array(numbers, dtype=float)
