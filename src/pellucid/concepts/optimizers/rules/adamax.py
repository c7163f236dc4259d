"""Adamax: Adam with the largest recent gradient in the place of the root mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

MEAN, LARGEST = "mean", "largest"


@dataclass(frozen=True, kw_only=True)
class Adamax(Optimizer):
    """Divide the mean gradient by the largest recent one, which fades by β₂ in every step.

    **Formula** g ← g + λ w; m ← β₁ m + (1 − β₁) g; u ← max(β₂ u, |g| + ε); w ← w − η / (1 − β₁ᵗ) · m / u.

    Example:
        >>> import numpy as np
        >>> state = {"mean": np.zeros(1), "largest": np.zeros(1)}
        >>> Adamax().reference(np.array([3.0]), np.array([2.0]), state, t=1, rate=0.5, decay=0.0).round(6)
        array([2.5])
    """

    name: ClassVar[str] = "adamax"
    title: ClassVar[str] = "Adamax"
    formula: ClassVar[str] = "m = β₁ m + (1-β₁) g; u = max(β₂ u, |g| + ε); w = w - η / (1-β₁ᵗ) m / u"
    when: ClassVar[str] = "Embeddings and other weights whose gradient is zero most of the time and large now and then."
    source: ClassVar[str] = "D. Kingma & J. Ba, 2015, section 7.1, as torch.optim.Adamax writes it (ε beside |g|)."
    usual_rate: ClassVar[float] = 2e-3

    beta1: float = 0.9
    """β₁: the part of the mean gradient that is kept, at least 0 and below 1."""
    beta2: float = 0.999
    """β₂: how much of the largest gradient is left after a step, at least 0 and below 1."""
    epsilon: float = 1e-8
    """ε: keeps the division finite, above 0."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("beta1", self.beta1, "at least 0 and below 1", 0 <= self.beta1 < 1)
        check_setting("beta2", self.beta2, "at least 0 and below 1", 0 <= self.beta2 < 1)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The mean gradient, and the largest."""
        return (MEAN, LARGEST)

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        g = g + decay * w
        state[MEAN] = self.beta1 * state[MEAN] + (1 - self.beta1) * g
        state[LARGEST] = np.maximum(self.beta2 * state[LARGEST], np.abs(g) + self.epsilon)
        return w - rate / (1 - self.beta1**t) * state[MEAN] / state[LARGEST]

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        import torch

        if decay:
            gradient.add_(weights, alpha=decay)
        mean = state[MEAN].lerp_(gradient, 1 - self.beta1)
        largest = state[LARGEST].mul_(self.beta2)
        torch.maximum(largest, gradient.abs_().add_(self.epsilon), out=largest)
        weights.addcdiv_(mean, largest, value=-rate / (1 - self.beta1**step))
