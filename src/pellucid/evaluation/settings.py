"""Settings of judging. Imports neither torch nor NumPy: the command line reads it at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pellucid.foundation.settings import check_setting, setting

FEWEST_RESAMPLES: Final = 100  # below that the ends of a 95 % interval rest on two or three resamples


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingSettings:
    """How the trained network is judged."""

    baselines: bool = setting(
        True, "Judge simple models beside the network: the constant, the linear model, boosted trees."
    )
    bootstrap: int = setting(1000, "Resamples from which the intervals of the scores come; 0 gives no intervals.")
    confidence: float = setting(0.95, "Confidence of the intervals, between 0 and 1.")
    false_negative_cost: float = setting(
        1.0, "What a missed positive costs when a false alarm costs 1; the third suggested threshold follows it."
    )

    def __post_init__(self) -> None:
        """Check every range."""
        enough = self.bootstrap == 0 or self.bootstrap >= FEWEST_RESAMPLES
        check_setting("bootstrap", self.bootstrap, f"0 or at least {FEWEST_RESAMPLES}", enough)
        check_setting("confidence", self.confidence, "between 0 and 1", 0 < self.confidence < 1)
        check_setting("false_negative_cost", self.false_negative_cost, "above 0", self.false_negative_cost > 0)
