"""AdamW: Adam whose weight decay shrinks the weights directly instead of entering the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pellucid.concepts.optimizers.rules.moments import LARGEST, MEAN, SQUARE, Moments
from pellucid.concepts.optimizers.rules.optimizer import Floats

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
        w = (1 - rate * decay) * w
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
            weights.mul_(1 - rate * decay)
        self.step(weights, gradient, state, step, rate)
