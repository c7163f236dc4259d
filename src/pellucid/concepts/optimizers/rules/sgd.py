"""Stochastic gradient descent, with momentum and Nesterov's look-ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.concepts.optimizers.rules.optimizer import Floats, Optimizer
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

VELOCITY = "velocity"


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """Walk against the gradient; with momentum, keep a part of the last velocity.

    **Formula** g ← g + λ w; without momentum w ← w − η g; with momentum µ and dampening τ:
    v ← µ v + (1 − τ) g (at t = 1: v ← g), then w ← w − η v, or with Nesterov's look-ahead w ← w − η (g + µ v).

    Example:
        >>> import numpy as np
        >>> SGD().reference(np.array([3.0]), np.array([2.0]), {}, t=1, rate=0.5, decay=0.0)
        array([2.])
    """

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "stochastic gradient descent"
    formula: ClassVar[str] = "v = µ v + (1 - τ) g; w = w - η v (Nesterov: w = w - η (g + µ v))"
    when: ClassVar[str] = "Pictures with a good schedule and momentum 0.9; the plain rule to learn from."
    source: ClassVar[str] = (
        "H. Robbins & S. Monro, 1951; B. Polyak, 1964; Y. Nesterov, 1983, in the form of I. Sutskever et al., 2013, as "
        "torch.optim.SGD writes it: the rate multiplies the velocity."
    )
    usual_rate: ClassVar[float] = 0.1

    momentum: float = 0.0
    """µ: the part of the velocity that is kept, at least 0 and below 1."""
    dampening: float = 0.0
    """τ: the part of the gradient that does not enter the velocity, between 0 and 1."""
    nesterov: bool = False
    """Whether to look ahead; needs momentum and no dampening."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("momentum", self.momentum, "at least 0 and below 1", 0 <= self.momentum < 1)
        check_setting("dampening", self.dampening, "between 0 and 1", 0 <= self.dampening <= 1)
        possible = self.momentum > 0 and self.dampening == 0
        check_setting(
            "nesterov", self.nesterov, "False without momentum or with dampening", not self.nesterov or possible
        )

    @property
    def remembers(self) -> tuple[str, ...]:
        """The velocity, where there is momentum."""
        return (VELOCITY,) if self.momentum else ()

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        g = g + decay * w
        if not self.momentum:
            return w - rate * g
        v = g if t == 1 else self.momentum * state[VELOCITY] + (1 - self.dampening) * g
        state[VELOCITY] = v
        return w - rate * (g + self.momentum * v) if self.nesterov else w - rate * v

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            gradient.add_(weights, alpha=decay)
        if not self.momentum:
            weights.add_(gradient, alpha=-rate)
            return
        velocity = state[VELOCITY]
        if step == 1:
            velocity.copy_(gradient)
        else:
            velocity.mul_(self.momentum).add_(gradient, alpha=1 - self.dampening)
        if self.nesterov:
            weights.add_(gradient.add_(velocity, alpha=self.momentum), alpha=-rate)
        else:
            weights.add_(velocity, alpha=-rate)
