"""What Adam and AdamW share: their options, and the fast step. Each writes its own reference in full."""

from __future__ import annotations

import math
from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pellucid.concepts.optimizers.rules.optimizer import Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

MEAN: Final = "mean"
SQUARE: Final = "square"
LARGEST: Final = "largest"


@dataclass(frozen=True, kw_only=True)
class Moments(Optimizer, ABC):
    """Adaptive moments: m ← β₁ m + (1 − β₁) g and s ← β₂ s + (1 − β₂) g², and the step that follows from them."""

    beta1: float = 0.9
    """β₁: the part of the mean gradient that is kept, at least 0 and below 1."""
    beta2: float = 0.999
    """β₂: the part of the mean square that is kept, at least 0 and below 1."""
    epsilon: float = 1e-8
    """ε: keeps the division finite, above 0."""
    amsgrad: bool = False
    """Whether the largest mean square so far divides: the rate of a weight then never grows again."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("beta1", self.beta1, "at least 0 and below 1", 0 <= self.beta1 < 1)
        check_setting("beta2", self.beta2, "at least 0 and below 1", 0 <= self.beta2 < 1)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The mean gradient, the mean square, and for AMSGrad the largest mean square."""
        return (MEAN, SQUARE, LARGEST) if self.amsgrad else (MEAN, SQUARE)

    def step(self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], number: int, rate: float) -> None:
        """Take step `number` in place; what the decay does is done by then."""
        import torch

        mean = state[MEAN].lerp_(gradient, 1 - self.beta1)
        square = state[SQUARE].mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
        if self.amsgrad:
            square = torch.maximum(state[LARGEST], square, out=state[LARGEST])
        # With c = √(1 - β₂ᵗ): m / (√s / c + ε) = c m / (√s + c ε), which saves one pass over the vector.
        c = math.sqrt(1 - self.beta2**number)
        root = torch.sqrt(square, out=gradient).add_(self.epsilon * c)
        weights.addcdiv_(mean, root, value=-rate * c / (1 - self.beta1**number))
