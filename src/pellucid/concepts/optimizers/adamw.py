"""AdamW: Adam whose weight decay shrinks the weights directly instead of entering the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.concepts.optimizers.moments import Moments
from pellucid.concepts.optimizers.optimizer import Floats

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class AdamW(Moments):
    """Adam with decoupled weight decay: every weight shrinks by the same part, however large its gradients are.

    **Formula** w ← (1 − η λ) w, then Adam's step with the gradient alone.

    Example:
        >>> import numpy as np
        >>> state = {"mean": np.zeros(1), "square": np.zeros(1)}
        >>> AdamW().reference(np.array([3.0]), np.array([0.0]), state, t=1, rate=0.5, decay=0.2).round(6)
        array([2.7])
    """

    name: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    formula: ClassVar[str] = "w = (1 - η λ) w; then Adam's step without decay in g"
    when: ClassVar[str] = "Adam with weight decay: larger networks, and tables."
    source: ClassVar[str] = "I. Loshchilov & F. Hutter, 2019, as torch.optim.AdamW writes it (the decay scales with η)."
    usual_rate: ClassVar[float] = 1e-3

    def reference(self, w: Floats, g: Floats, state: dict[str, Floats], *, t: int, rate: float, decay: float) -> Floats:
        """Return the weights after step t; see the class."""
        return self.reference_step((1 - rate * decay) * w, g, state, t, rate)

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, step: int, rate: float, decay: float
    ) -> None:
        """Take one step in place; see `Optimizer.update`."""
        if decay:
            weights.mul_(1 - rate * decay)
        self.step(weights, gradient, state, step, rate)
