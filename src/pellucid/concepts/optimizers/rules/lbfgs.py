"""L-BFGS: a quasi-Newton method that takes all examples at once; for smooth problems with few weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from pellucid.concepts.optimizers.rules.optimizer import Floats
from pellucid.concepts.optimizers.rules.wolfe import Point, strong_wolfe
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch import Tensor

STEPS: Final = "steps"
CHANGES: Final = "changes"
COUNT: Final = "count"
LOSS: Final = "loss"
GRADIENT: Final = "gradient"
ROUNDINGS: Final = 4  # a loss is a sum: its last few binary digits are rounding


@dataclass(frozen=True, kw_only=True)
class LBFGS:
    """Newton's direction, with a Hessian guessed from the last few steps, as far as a line search says.

    **Formula** d = −H g, where H follows from the last steps s = w₊ − w and changes y = g₊ − g by the two-loop
    recursion; w ← w + t d, with t from the strong Wolfe conditions. Converged when max |g| is below the tolerance, or
    when the loss no longer changes by more than rounding.

    Example:
        >>> import numpy as np
        >>> steps, changes = np.array([[1.0, 0.0]]), np.array([[4.0, 0.0]])
        >>> LBFGS().reference(np.array([2.0, 2.0]), steps, changes)
        array([-0.5, -0.5])
    """

    name: ClassVar[str] = "lbfgs"
    title: ClassVar[str] = "L-BFGS"
    formula: ClassVar[str] = (
        "w = w - t H g, H from the last steps (two-loop recursion), t by the strong Wolfe conditions"
    )
    when: ClassVar[str] = "Networks without hidden layers (generalized linear models): exact in a few dozen steps."
    source: ClassVar[str] = "D. Liu & J. Nocedal, 1989; J. Nocedal & S. Wright, 2006, algorithm 7.4."
    usual_rate: ClassVar[float] = 1.0

    memory: int = 20
    """How many steps are remembered, at least 1."""
    tolerance: float = 1e-9
    """Largest gradient of a weight that counts as zero, above 0."""
    evaluations: int = 25
    """Evaluations of the loss in one line search at most, at least 1."""

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("memory", self.memory, "at least 1", self.memory >= 1)
        check_setting("tolerance", self.tolerance, "above 0", self.tolerance > 0)
        check_setting("evaluations", self.evaluations, "at least 1", self.evaluations >= 1)

    def start(self, weights: Tensor) -> dict[str, Tensor]:
        """Return the state before the first step, for these weights (p,)."""
        import torch

        steps = weights.new_zeros(self.memory, weights.numel())
        return {
            STEPS: steps,
            CHANGES: steps.clone(),
            COUNT: torch.zeros((), dtype=torch.int64),
            LOSS: torch.full((), math.nan, dtype=torch.float64),  # no number: not evaluated yet
            GRADIENT: weights.new_zeros(weights.shape),
        }

    def update(
        self, weights: Tensor, gradient: Tensor, state: dict[str, Tensor], *, evaluate: Callable[[], float]
    ) -> tuple[float, bool]:
        """Take one quasi-Newton step in place, under `torch.no_grad`.

        Args:
            weights: (p,), changed in place.
            gradient: (p,), which `evaluate` fills.
            state: what `start` returned, changed in place.
            evaluate: returns the loss at the present weights and leaves its gradient in `gradient`.

        Returns:
            The loss before the step, and whether the method has converged.
        """
        old_gradient = state[GRADIENT]
        loss = float(state[LOSS])
        if math.isnan(loss):
            loss = evaluate()
            old_gradient.copy_(gradient)
        if not math.isfinite(loss) or float(old_gradient.abs().max()) <= self.tolerance:
            return loss, True
        direction = self.direction(old_gradient, state)
        slope = float(direction @ old_gradient)
        if slope >= 0:  # rounding spoilt the memory: forget it
            state[COUNT].zero_()
            direction, slope = -old_gradient, -float(old_gradient @ old_gradient)
        origin = weights.clone()
        seen = Point(0.0, loss, slope)

        def line(step: float) -> Point:
            nonlocal seen
            weights.copy_(origin).add_(direction, alpha=step)
            seen = Point(step, evaluate(), float(direction @ gradient))
            return seen

        noise = ROUNDINGS * _epsilon(weights) * max(1.0, abs(loss))
        first = 1.0 if int(state[COUNT]) else min(1.0, 1.0 / float(old_gradient.abs().sum()))
        found = strong_wolfe(line, seen, first, noise=noise, most=self.evaluations)
        if seen != found:
            line(found.step)
        self._remember(weights - origin, gradient - old_gradient, state)
        old_gradient.copy_(gradient)
        state[LOSS].fill_(found.loss)
        return loss, found.step == 0 or abs(loss - found.loss) <= noise

    def reference(self, g: Floats, steps: Floats, changes: Floats) -> Floats:
        """Return the direction -H g by the two-loop recursion, in NumPy, letter by letter.

        Args:
            g: gradient, (p,).
            steps: s, the last m steps w₊ - w, oldest first, (m, p).
            changes: y, the changes of the gradient along them, (m, p).
        """
        pairs = list(zip(steps, changes, strict=True))
        q = g.copy()
        alphas = []
        for s, y in reversed(pairs):
            alpha = (s @ q) / (y @ s)
            q = q - alpha * y
            alphas.append(alpha)
        r = q
        if pairs:
            s, y = pairs[-1]
            r = (s @ y) / (y @ y) * q
        for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
            beta = (y @ r) / (y @ s)
            r = r + (alpha - beta) * s
        return -r

    def direction(self, gradient: Tensor, state: dict[str, Tensor]) -> Tensor:
        """Return -H g by the two-loop recursion; see `reference`. The rows of the state are a ring."""
        count, steps, changes = int(state[COUNT]), state[STEPS], state[CHANGES]
        newest_first = [row % self.memory for row in range(count - 1, max(count - self.memory, 0) - 1, -1)]
        direction = -gradient
        parts = []
        for row in newest_first:
            part = (steps[row] @ direction) / (steps[row] @ changes[row])
            direction -= part * changes[row]
            parts.append(part)
        if newest_first:
            last = newest_first[0]
            direction *= (steps[last] @ changes[last]) / (changes[last] @ changes[last])
        for row, part in zip(reversed(newest_first), reversed(parts), strict=True):
            direction += (part - (changes[row] @ direction) / (steps[row] @ changes[row])) * steps[row]
        return direction

    def _remember(self, step: Tensor, change: Tensor, state: dict[str, Tensor]) -> None:
        """Keep one pair, unless its curvature is not positive: H must stay positive definite."""
        if float(step @ change) > _epsilon(step) * float(change @ change):
            row = int(state[COUNT]) % self.memory
            state[STEPS][row].copy_(step)
            state[CHANGES][row].copy_(change)
            state[COUNT] += 1


def _epsilon(values: Tensor) -> float:
    """Return the distance from 1 to the next number of this type."""
    import torch

    return torch.finfo(values.dtype).eps
