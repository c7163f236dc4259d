"""Adagrad: each weight's gradient divided by the root of the sum of all its squares so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

SUM = "sum"


@dataclass(frozen=True, kw_only=True)
class Adagrad(Optimizer):
    """Divide the gradient by the root of the sum of all its squares: rare features keep a large rate.

    **Formula** g ← g + λ w; s ← s + g²; w ← w − η / (1 + (t − 1) κ) · g / (√s + ε).

    Example:
        >>> import numpy as np
        >>> Adagrad().reference(np.array([3.0]), np.array([2.0]), {"sum": np.zeros(1)}, t=1, rate=1.0, decay=0.0)
        array([2.])
    """

    name: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "Adagrad"
    formula: ClassVar[str] = "s = s + g²; w = w - η g / (√s + ε)"
    when: ClassVar[str] = "Sparse features in a convex problem, such as a bag of words in a linear network."
    source: ClassVar[str] = "J. Duchi, E. Hazan & Y. Singer, 2011, diagonal form, as torch.optim.Adagrad writes it."
    usual_rate: ClassVar[float] = 1e-2

    rate_decay: float = 0.0
    """κ: how fast the rate itself falls with the number of steps, at least 0."""
    initial_sum: float = 0.0
    """What s is before the first step, at least 0."""
    epsilon: float = 1e-10
    """ε: keeps the division finite, above 0."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("rate_decay", self.rate_decay, "at least 0", self.rate_decay >= 0)
        check_setting("initial_sum", self.initial_sum, "at least 0", self.initial_sum >= 0)
        check_setting("epsilon", self.epsilon, "above 0", self.epsilon > 0)

    @property
    def remembers(self) -> tuple[str, ...]:
        """The sum of squares."""
        return (SUM,)

    def initial(self, vector: str) -> float:
        """Return `initial_sum`."""
        del vector
        return self.initial_sum

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        g = g + decay * w
        state[SUM] = state[SUM] + g**2
        return w - rate / (1 + (t - 1) * self.rate_decay) * g / (np.sqrt(state[SUM]) + self.epsilon)

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            gradient.add_(weights, alpha=decay)
        total = state[SUM].addcmul_(gradient, gradient)
        root = total.sqrt().add_(self.epsilon)
        weights.addcdiv_(gradient, root, value=-rate / (1 + (step - 1) * self.rate_decay))
