"""Adam: momentum divided by the root of the recent mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.moments import LARGEST, MEAN, SQUARE, Moments
from pellucid.concepts.optimizers.rules.optimizer import Floats

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Adam(Moments):
    """Adaptive moments: each weight moves by about η, in the direction of its mean gradient.

    **Formula** g ← g + λ w; m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²;
    w ← w − η · m / (1 − β₁ᵗ) / (√(s / (1 − β₂ᵗ)) + ε). AMSGrad: the largest s so far in the place of s.

    Example:
        >>> import numpy as np
        >>> state = {"mean": np.zeros(1), "square": np.zeros(1)}
        >>> Adam().reference(np.array([3.0]), np.array([2.0]), state, t=1, rate=0.5, decay=0.0).round(6)
        array([2.5])
    """

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    formula: ClassVar[str] = "m = β₁ m + (1-β₁) g; s = β₂ s + (1-β₂) g²; w = w - η m/(1-β₁ᵗ) / (√(s/(1-β₂ᵗ)) + ε)"
    when: ClassVar[str] = "The first choice for nearly every network."
    source: ClassVar[str] = (
        "D. Kingma & J. Ba, 2015; AMSGrad: S. Reddi et al., 2018; as torch.optim.Adam writes them (decay added to g)."
    )
    usual_rate: ClassVar[float] = 1e-3

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        g = g + decay * w
        state[MEAN] = self.beta1 * state[MEAN] + (1 - self.beta1) * g
        state[SQUARE] = self.beta2 * state[SQUARE] + (1 - self.beta2) * g**2
        s = state[SQUARE]
        if self.amsgrad:
            state[LARGEST] = s = np.maximum(state[LARGEST], s)
        m_hat = state[MEAN] / (1 - self.beta1**t)
        s_hat = s / (1 - self.beta2**t)
        return w - rate * m_hat / (np.sqrt(s_hat) + self.epsilon)

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            gradient.add_(weights, alpha=decay)
        self.step(weights, gradient, state, step, rate)
