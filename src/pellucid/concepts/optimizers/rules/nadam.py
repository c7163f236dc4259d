"""NAdam: Adam that looks ahead as Nesterov does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

MEAN, SQUARE, PRODUCT = "mean", "square", "product"
WARMING: Final = 0.96  # the constant of T. Dozat: µ grows from β₁/2 towards β₁ as 1 - 0.96^(t ψ) / 2


@dataclass(frozen=True, kw_only=True)
class NAdam(Optimizer):
    """Adam whose step already contains the momentum of the next one.

    **Formula** µₜ = β₁ (1 − 0.96^(t ψ) / 2), M = µ₁ … µₜ; m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²;
    w ← w − η ((1 − µₜ) g / (1 − M) + µₜ₊₁ m / (1 − M µₜ₊₁)) / (√(s / (1 − β₂ᵗ)) + ε).
    The decay enters g ← g + λ w, or shrinks the weights, w ← (1 − η λ) w, where it is decoupled.

    Example:
        >>> import numpy as np
        >>> state = {"mean": np.zeros(1), "square": np.zeros(1), "product": np.ones(1)}
        >>> NAdam(beta1=0.0).reference(np.array([3.0]), np.array([2.0]), state, t=1, rate=0.5, decay=0.0).round(6)
        array([2.5])
    """

    name: ClassVar[str] = "nadam"
    title: ClassVar[str] = "NAdam"
    formula: ClassVar[str] = (
        "m and s as in Adam; M = µ₁ … µₜ; w = w - η ((1-µₜ) g / (1-M) + µₜ₊₁ m / (1-M µₜ₊₁)) / (√(s/(1-β₂ᵗ)) + ε)"
    )
    when: ClassVar[str] = "Where Adam works and its momentum is to react a step earlier: recurrent networks."
    source: ClassVar[str] = "T. Dozat, 2016, as torch.optim.NAdam writes it (momentum decay ψ = 0.004)."
    usual_rate: ClassVar[float] = 2e-3

    beta1: float = 0.9
    """β₁: the part of the mean gradient that is kept, at least 0 and below 1."""
    beta2: float = 0.999
    """β₂: the part of the mean square that is kept, at least 0 and below 1."""
    epsilon: float = 1e-8
    """ε: keeps the division finite, above 0."""
    momentum_decay: float = 4e-3
    """ψ: how fast µ comes up to β₁, at least 0."""
    decoupled: bool = False
    """Whether the decay shrinks the weights directly, as in AdamW."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("beta1", self.beta1, "at least 0 and below 1", 0 <= self.beta1 < 1)
        check_setting("beta2", self.beta2, "at least 0 and below 1", 0 <= self.beta2 < 1)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)
        check_setting("momentum_decay", self.momentum_decay, "at least 0", self.momentum_decay >= 0)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The mean gradient, the mean square, and M, one number kept as a vector like the others."""
        return (MEAN, SQUARE, PRODUCT)

    def initial(self, vector: str) -> float:
        """Return 1 for the product, 0 for the others."""
        return 1.0 if vector == PRODUCT else 0.0

    def momentum(self, t: int) -> float:
        """Return µₜ."""
        return float(self.beta1 * (1 - 0.5 * WARMING ** (t * self.momentum_decay)))

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        if self.decoupled:
            w = (1 - rate * decay) * w
        else:
            g = g + decay * w
        mu, mu_next = self.momentum(t), self.momentum(t + 1)
        state[PRODUCT] = M = state[PRODUCT] * mu
        state[MEAN] = m = self.beta1 * state[MEAN] + (1 - self.beta1) * g
        state[SQUARE] = s = self.beta2 * state[SQUARE] + (1 - self.beta2) * g**2
        ahead = (1 - mu) * g / (1 - M) + mu_next * m / (1 - M * mu_next)
        return w - rate * ahead / (np.sqrt(s / (1 - self.beta2**t)) + self.epsilon)

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay and self.decoupled:
            weights.mul_(1 - rate * decay)
        elif decay:
            gradient.add_(weights, alpha=decay)
        now, following = self.momentum(step), self.momentum(step + 1)
        product = state[PRODUCT].mul_(now)
        mean = state[MEAN].lerp_(gradient, 1 - self.beta1)
        square = state[SQUARE].mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
        root = square.div(1 - self.beta2**step).sqrt_().add_(self.epsilon)
        ahead = gradient.mul_(1 - now).div_(1 - product).addcdiv_(mean, 1 - product * following, value=following)
        weights.addcdiv_(ahead, root, value=-rate)
