"""RMSProp: each weight's gradient divided by the root of its recent mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

SQUARE, MEAN, VELOCITY = "square", "mean", "velocity"


@dataclass(frozen=True, kw_only=True)
class RMSProp(Optimizer):
    """Divide the gradient by the root of its recent mean square; optionally centred, optionally with momentum.

    **Formula** g ← g + λ w; s ← ρ s + (1 − ρ) g²; centred: m ← ρ m + (1 − ρ) g and r = √(s − m²), otherwise r = √s;
    w ← w − η g / (r + ε), or with momentum µ: v ← µ v + g / (r + ε), w ← w − η v.

    Example:
        >>> import numpy as np
        >>> rule = RMSProp(smoothing=0.0)
        >>> rule.reference(np.array([3.0]), np.array([2.0]), {"square": np.zeros(1)}, t=1, rate=1.0, decay=0.0).round(6)
        array([2.])
    """

    name: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = "s = ρ s + (1 - ρ) g²; w = w - η g / (√s + ε)"
    when: ClassVar[str] = "Recurrent networks, and features of very different scales."
    source: ClassVar[str] = (
        "T. Tieleman & G. Hinton, lecture 6.5, 2012; centred: A. Graves, 2013; "
        "as torch.optim.RMSprop writes it (ε outside the root)."
    )
    usual_rate: ClassVar[float] = 1e-3

    smoothing: float = 0.99
    """ρ: the part of the mean square that is kept, at least 0 and below 1."""
    epsilon: float = 1e-8
    """ε: keeps the division finite, above 0."""
    momentum: float = 0.0
    """µ: the part of the velocity that is kept, at least 0 and below 1."""
    centered: bool = False
    """Whether the variance, not the mean square, divides the gradient."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("smoothing", self.smoothing, "at least 0 and below 1", 0 <= self.smoothing < 1)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)
        check_setting("momentum", self.momentum, "at least 0 and below 1", 0 <= self.momentum < 1)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The mean square; the mean where centred; the velocity where there is momentum."""
        return (SQUARE, *((MEAN,) if self.centered else ()), *((VELOCITY,) if self.momentum else ()))

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        rho = self.smoothing
        g = g + decay * w
        state[SQUARE] = rho * state[SQUARE] + (1 - rho) * g**2
        r = np.sqrt(state[SQUARE])
        if self.centered:
            state[MEAN] = rho * state[MEAN] + (1 - rho) * g
            r = np.sqrt(state[SQUARE] - state[MEAN] ** 2)
        step = g / (r + self.epsilon)
        if self.momentum:
            state[VELOCITY] = self.momentum * state[VELOCITY] + step
            step = state[VELOCITY]
        return w - rate * step

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            gradient.add_(weights, alpha=decay)
        square = state[SQUARE].mul_(self.smoothing).addcmul_(gradient, gradient, value=1 - self.smoothing)
        if self.centered:
            mean = state[MEAN].lerp_(gradient, 1 - self.smoothing)
            root = square.addcmul(mean, mean, value=-1).sqrt_().add_(self.epsilon)
        else:
            root = square.sqrt().add_(self.epsilon)
        if self.momentum:
            velocity = state[VELOCITY].mul_(self.momentum).addcdiv_(gradient, root)
            weights.add_(velocity, alpha=-rate)
        else:
            weights.addcdiv_(gradient, root, value=-rate)
