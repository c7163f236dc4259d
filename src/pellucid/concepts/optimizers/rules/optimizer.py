"""What every optimizer fulfils: an update rule on one flat vector of weights, and its NumPy reference.

A network's weights are packed into one vector (see `training.vectors`), so a rule is written once, for a vector, and
costs a handful of operations whatever the number of layers. `torch.optim` is not used on the default path: its first
step imports `torch._dynamo`, which takes longer than many a small fit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Optimizer(ABC):
    """One update rule. Final subclasses are frozen dataclasses whose fields are the rule's own hyperparameters.

    The learning rate and the weight decay are no fields: they belong to training (schedules, parameter groups) and
    are handed in at each step. `state` holds what the rule remembers: vectors as long as the weights, by name.
    """

    name: ClassVar[str]
    """The key: `adam`."""
    title: ClassVar[str]
    """As said to people."""
    formula: ClassVar[str]
    """Plain text: w weights, g gradient, η learning rate, λ weight decay, t step from 1."""
    when: ClassVar[str]
    """When to use it."""
    source: ClassVar[str]
    """Author, year, and which variant this is."""
    usual_rate: ClassVar[float]
    """The learning rate to try first."""

    @property
    @abstractmethod
    def remembers(self) -> tuple[str, ...]:
        """Names of the state vectors."""

    def initial(self, vector: str) -> float:
        """Return what every element of this state vector is before the first step."""
        del vector
        return 0.0

    @abstractmethod
    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t, in NumPy, letter by letter; `state` is replaced in place."""

    @abstractmethod
    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take step number `step` (from 1) in place, under `torch.no_grad`; equal to `reference`.

        Args:
            weights: (p,), changed in place.
            gradient: (p,), used as working space: its content is lost.
            state: the vectors that `remembers` names, each (p,), changed in place.
            step: the number of this step, from 1.
            rate: learning rate η.
            decay: weight decay λ.
        """

    def start(self, weights: Tensor) -> dict[str, Tensor]:
        """Return the state before the first step, for these weights."""
        return {name: weights.new_full(weights.shape, self.initial(name)) for name in self.remembers}
