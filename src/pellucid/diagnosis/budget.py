"""When to look again, so that looking costs at most a fixed share of the training's time. Plain numbers, no torch."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

SHARE: Final = 0.02  # of the training's time
FREE_SECONDS: Final = 0.03  # spent at once, on the first steps: with the share, 3.5 % of two seconds
GROWTH: Final = 1.4  # each look comes at so many times the step of the one before
DENSE: Final = 12  # steps at the start that are all watched
CLOSEST: Final = 4  # steps from one that is watched to the next, after those
SPARSE: Final = 50  # and at least the share 1/50 of all steps so far: what is kept of them grows with their logarithm


@dataclass(slots=True)
class Budget:
    """Counts what watching costs and says how many steps to leave alone.

    Example:
        >>> budget = Budget()
        >>> budget.steps_to_wait(step=3)
        1
    """

    began: float = field(default_factory=time.thread_time)
    spent: float = 0.0

    def elapsed(self) -> float:
        """Seconds of this thread's work since the training began: waiting for other programs is nobody's cost."""
        return time.thread_time() - self.began

    def steps_to_wait(self, step: int) -> int:
        """Return after how many steps the next one is watched."""
        if step < DENSE:
            return 1
        elapsed = max(self.elapsed(), 1e-9)
        training = max(elapsed - self.spent, 1e-9)
        missing = (self.spent - FREE_SECONDS) / SHARE - elapsed
        needed = int(missing / (training / max(step, 1))) + 1 if missing > 0 else 1
        return max(needed, CLOSEST, step // SPARSE)

    def affords_look(self) -> bool:
        """Return whether the time for another look at the double is there."""
        return self.spent <= FREE_SECONDS + SHARE * self.elapsed()
