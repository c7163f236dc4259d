"""A network with one hidden layer in readable steps: sizes, initialization, forward, loss, backward, update.

Rows of x are examples. The loss belongs to the output: a sigmoid takes the cross-entropy, the identity half the squared
error. With these two pairs the gradient at the output is the same, prediction minus target.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.names import unknown_name

Floats = NDArray[np.float64]
Hidden = Literal["tanh", "sigmoid"]
Output = Literal["sigmoid", "identity"]

INITIALIZATIONS: Final = ("zeros", "constant", "small", "Xavier", "He")
CONSTANT: Final = 0.5
"""Every weight of the initialization `constant`."""
SMALL: Final = 0.01
"""The factor of the normal numbers of the initialization `small`."""
AXES: Final = 2
"""Examples and features."""


class Parameters(NamedTuple):
    """What is learnt; a gradient has the same four parts."""

    W1: Floats  # (d, h)
    b1: Floats  # (h,)
    W2: Floats  # (h, k)
    b2: Floats  # (k,)


class Values(NamedTuple):
    """What one forward pass leaves for the backward pass."""

    z1: Floats  # (n, h)
    a1: Floats  # (n, h)
    z2: Floats  # (n, k)
    a2: Floats  # (n, k), the prediction


def sigmoid(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z)), written with tanh: the same number, and exp(-z) cannot overflow.

    Example:
        >>> sigmoid(np.array([0.0, -1000.0])).tolist()
        [0.5, 0.0]
    """
    return 0.5 * (1 + np.tanh(0.5 * z))


def layer_sizes(x: Floats, y: Floats, hidden: int) -> tuple[int, int, int]:
    """Return how many inputs, hidden units and outputs the network has.

    Raises:
        ShapeError: x and y are not matrices with one row for each example.

    Example:
        >>> layer_sizes(np.zeros((100, 3)), np.zeros((100, 1)), 4)
        (3, 4, 1)
    """
    if np.ndim(x) != AXES or np.ndim(y) != AXES or len(x) != len(y):
        raise ShapeError(
            f"layer_sizes expected x of shape (n, d) and y of shape (n, k), got {np.shape(x)} and {np.shape(y)}: "
            "pass one row for each example in both"
        )
    return x.shape[1], hidden, y.shape[1]


def initialize(sizes: tuple[int, int, int], how: str, rng: np.random.Generator, scale: float = SMALL) -> Parameters:
    """Return the parameters to begin with; the biases are 0 (with `constant`, like all weights).

    Args:
        sizes: inputs d, hidden units h, outputs k.
        how: `zeros`; `constant`, all alike; `small`, scale · N(0, 1); `Xavier`, variance 2 / (in + out); `He`,
            variance 2 / in.
        rng: draws the weights.
        scale: of `small`.

    Raises:
        UnknownNameError: `how` is none of these.

    Example:
        >>> initialize((3, 4, 1), "zeros", np.random.default_rng(0)).W1.shape
        (3, 4)
    """
    if how not in INITIALIZATIONS:
        raise unknown_name("initialize", "an initialization", how, INITIALIZATIONS)
    d, h, k = sizes
    bias = CONSTANT if how == "constant" else 0.0

    def weights(into: int, out: int) -> Floats:
        factors = {"zeros": 0.0, "small": scale, "Xavier": np.sqrt(2 / (into + out)), "He": np.sqrt(2 / into)}
        return np.full((into, out), CONSTANT) if how == "constant" else factors[how] * rng.standard_normal((into, out))

    return Parameters(weights(d, h), np.full(h, bias), weights(h, k), np.full(k, bias))


def forward(p: Parameters, x: Floats, hidden: Hidden = "tanh", output: Output = "sigmoid") -> Values:
    """Return every value on the way from the inputs x (n, d) to the prediction a2 (n, k).

    **Formula** z1 = x W1 + b1, a1 = hidden(z1), z2 = a1 W2 + b2, a2 = output(z2)

    Example:
        >>> p = initialize((2, 3, 1), "zeros", np.random.default_rng(0))
        >>> forward(p, np.ones((1, 2))).a2.tolist()
        [[0.5]]
    """
    z1 = x @ p.W1 + p.b1
    a1 = np.tanh(z1) if hidden == "tanh" else sigmoid(z1)
    z2 = a1 @ p.W2 + p.b2
    a2 = sigmoid(z2) if output == "sigmoid" else z2
    return Values(z1, a1, z2, a2)


def loss(values: Values, y: Floats, output: Output = "sigmoid") -> float:
    """Return the loss, mean over the n examples and summed over the k outputs.

    **Formula** sigmoid: -y log a2 - (1 - y) log(1 - a2) = log(1 + exp(z2)) - y z2; identity: (a2 - y)² / 2

    Example:
        >>> p = initialize((2, 3, 1), "zeros", np.random.default_rng(0))
        >>> round(loss(forward(p, np.ones((1, 2))), np.ones((1, 1))), 4)
        0.6931
    """
    each = np.logaddexp(0, values.z2) - y * values.z2 if output == "sigmoid" else (values.a2 - y) ** 2 / 2
    return float(each.sum() / len(y))


def backward(
    p: Parameters, values: Values, x: Floats, y: Floats, hidden: Hidden = "tanh", *, biases: bool = True
) -> Parameters:
    """Return the gradient of the loss in each parameter, by the chain rule from the output back.

    **Formula** dz2 = (a2 - y) / n, dW2 = a1ᵀ dz2, db2 = Σ dz2, da1 = dz2 W2ᵀ, dz1 = da1 hidden'(z1), dW1 = xᵀ dz1,
    db1 = Σ dz1; tanh' = 1 - a1², sigmoid' = a1 (1 - a1)

    Args:
        p: the parameters.
        values: of the forward pass with them.
        x: (n, d) inputs.
        y: (n, k) targets.
        hidden: activation of the hidden units.
        biases: whether the biases learn; if not, their gradient is given as 0.

    Example:
        >>> p = initialize((2, 3, 1), "zeros", np.random.default_rng(0))
        >>> x, y = np.ones((1, 2)), np.ones((1, 1))
        >>> backward(p, forward(p, x), x, y).b2.tolist()
        [-0.5]
    """
    a1 = values.a1
    dz2 = (values.a2 - y) / len(y)
    da1 = dz2 @ p.W2.T
    dz1 = da1 * (1 - a1 * a1) if hidden == "tanh" else da1 * (a1 * (1 - a1))
    db1, db2 = (dz1.sum(0), dz2.sum(0)) if biases else (np.zeros_like(p.b1), np.zeros_like(p.b2))
    return Parameters(x.T @ dz1, db1, a1.T @ dz2, db2)


def update(p: Parameters, gradient: Parameters, rate: float) -> Parameters:
    """Return the parameters after one step of gradient descent.

    **Formula** w <- w - rate dw

    Example:
        >>> p = initialize((1, 1, 1), "constant", np.random.default_rng(0))
        >>> update(p, p, 0.1).W1.tolist()
        [[0.45]]
    """
    return Parameters(*(w - rate * dw for w, dw in zip(p, gradient, strict=True)))
