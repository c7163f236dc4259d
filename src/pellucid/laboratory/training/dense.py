"""Small dense networks in plain tensors, and one step of training, for the experiments. Imported inside `run()`.

Weights may carry leading axes: (r, d, h) is r networks side by side, that train at the cost of little more than one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import torch

from pellucid.concepts.optimizers.rules.sgd import SGD

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.concepts.optimizers.rules.optimizer import Optimizer

SPREADS: Final[dict[str, Callable[[int, int], float]]] = {
    "zeros": lambda fan_in, fan_out: 0.0,
    "small": lambda fan_in, fan_out: 0.01,
    "xavier": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "he": lambda fan_in, fan_out: math.sqrt(2 / fan_in),
}
"""Standard deviation of the first weights, by the name of the rule."""


@dataclass(frozen=True, kw_only=True)
class Dense:
    """A dense network: an activation after every layer but the last."""

    weights: list[Tensor]
    """(…, fan_in, fan_out) for each layer."""
    biases: list[Tensor]
    """(…, 1, fan_out)"""
    activation: Callable[[Tensor], Tensor]

    @property
    def parameters(self) -> list[Tensor]:
        """All that is learnt."""
        return [*self.weights, *self.biases]

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return the outputs of the last layer: logits, or predictions."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            inputs = self.activation(inputs @ weight + bias)
        return inputs @ self.weights[-1] + self.biases[-1]


def dense(
    sizes: Sequence[int],
    activation: Callable[[Tensor], Tensor],
    generator: torch.Generator,
    *,
    spread: str = "he",
    scale: float = 1.0,
    copies: tuple[int, ...] = (),
) -> Dense:
    """Return a network with normal first weights (float64) and zero biases.

    Args:
        sizes: of the input, of each hidden layer, of the output.
        activation: after every layer but the last.
        generator: draws the weights.
        spread: which rule gives their standard deviation.
        scale: multiplies it.
        copies: leading axes: so many networks side by side, each with its own weights.
    """
    weights, biases = [], []
    for fan_in, fan_out in pairwise(sizes):
        draw = torch.randn((*copies, fan_in, fan_out), generator=generator, dtype=torch.float64)
        weights.append((draw * SPREADS[spread](fan_in, fan_out) * scale).requires_grad_())
        biases.append(torch.zeros((*copies, 1, fan_out), dtype=torch.float64).requires_grad_())
    return Dense(weights=weights, biases=biases, activation=activation)


def like(network: Dense, activation: Callable[[Tensor], Tensor], copies: tuple[int, ...] = ()) -> Dense:
    """Return networks with the same first weights, `copies` of each: a comparison starts at the same place."""
    weights, biases = (
        [one.detach().expand(*copies, *one.shape).clone().requires_grad_() for one in kind]
        for kind in (network.weights, network.biases)
    )
    return Dense(weights=weights, biases=biases, activation=activation)


class Training:
    """Takes one step after another down the gradient of whatever loss it is given."""

    def __init__(
        self, parameters: list[Tensor], rate: float, *, optimizer: Optimizer | None = None, decay: float = 0.0
    ) -> None:
        self.parameters, self.rate, self.decay = parameters, rate, decay
        self.optimizer = optimizer or SGD()
        self.states = [self.optimizer.start(one) for one in parameters]
        self.steps = 0

    def step(self, loss: Tensor) -> None:
        """Change the parameters, once."""
        self.steps += 1
        gradients = torch.autograd.grad(loss, self.parameters)
        with torch.no_grad():
            for one, gradient, state in zip(self.parameters, gradients, self.states, strict=True):
                self.optimizer.update(one, gradient, state, step=self.steps, rate=self.rate, decay=self.decay)
