"""Adadelta: Adagrad that forgets, with steps measured in the units of the weights themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

SQUARE, MOVED = "square", "moved"


@dataclass(frozen=True, kw_only=True)
class Adadelta(Optimizer):
    """Scale the gradient by the root mean square of recent steps over that of recent gradients.

    **Formula** g ← g + λ w; s ← ρ s + (1 − ρ) g²; d = √(u + ε) / √(s + ε) · g; u ← ρ u + (1 − ρ) d²; w ← w − η d.

    Example:
        >>> import numpy as np
        >>> state = {"square": np.zeros(1), "moved": np.zeros(1)}
        >>> rule = Adadelta(smoothing=0.0, epsilon=1.0)
        >>> rule.reference(np.array([3.0]), np.array([0.75]), state, t=1, rate=1.0, decay=0.0)
        array([2.4])
    """

    name: ClassVar[str] = "adadelta"
    title: ClassVar[str] = "Adadelta"
    formula: ClassVar[str] = "s = ρ s + (1-ρ) g²; d = √(u + ε) / √(s + ε) g; u = ρ u + (1-ρ) d²; w = w - η d"
    when: ClassVar[str] = "When no learning rate is to be chosen: rate 1 works, if slowly, for nearly every network."
    source: ClassVar[str] = "M. Zeiler, 2012, as torch.optim.Adadelta writes it (with a rate η; the paper has η = 1)."
    usual_rate: ClassVar[float] = 1.0

    smoothing: float = 0.9
    """ρ: the part of both mean squares that is kept, at least 0 and below 1."""
    epsilon: float = 1e-6
    """ε: inside both roots, above 0; it also decides how small the first steps are."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("smoothing", self.smoothing, "at least 0 and below 1", 0 <= self.smoothing < 1)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The mean square of the gradient, and that of the steps."""
        return (SQUARE, MOVED)

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        rho = self.smoothing
        g = g + decay * w
        state[SQUARE] = rho * state[SQUARE] + (1 - rho) * g**2
        d = np.sqrt(state[MOVED] + self.epsilon) / np.sqrt(state[SQUARE] + self.epsilon) * g
        state[MOVED] = rho * state[MOVED] + (1 - rho) * d**2
        return w - rate * d

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            gradient.add_(weights, alpha=decay)
        rho = self.smoothing
        square = state[SQUARE].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
        moved = state[MOVED]
        change = gradient.mul_(moved.add(self.epsilon).sqrt_()).div_(square.add(self.epsilon).sqrt_())
        moved.mul_(rho).addcmul_(change, change, value=1 - rho)
        weights.add_(change, alpha=-rate)
