"""The threshold by cost: with calibrated probabilities the cheapest one is c_FP / (c_FP + c_FN), not 0.5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

HALF: Final = 0.5
NEAR: Final = 0.08  # of a threshold: the cost is flat around its least point
THRESHOLDS: Final = np.linspace(0.005, 0.995, 199)


@dataclass(frozen=True, kw_only=True)
class ThresholdCost(Experiment):
    """Draw calibrated probabilities, and try 199 thresholds on half of the rows; judge on the other half.

    Example:
        >>> result = ThresholdCost().run()
        >>> round(result["rule"], 4), bool(abs(result["cheapest"] - result["rule"]) < 0.08)
        (0.0909, True)
    """

    name: ClassVar[str] = "threshold_cost"
    aliases: ClassVar[tuple[str, ...]] = ("threshold by cost", "decision threshold")
    theme: ClassVar[str] = "judging"
    title: ClassVar[str] = "choosing the threshold by cost"
    question: ClassVar[str] = "From which probability should one act when a miss costs more than a false alarm?"
    formula: ClassVar[str] = "act where (1 - p) c_FP < p c_FN, that is p > c_FP / (c_FP + c_FN)"
    latex: ClassVar[str] = r"(1-p)\,c_{FP} < p\,c_{FN} \iff p > \frac{c_{FP}}{c_{FP}+c_{FN}}"
    look_for: ClassVar[str] = (
        "The curve is flat around its least point and steep on one side. Raise the cost of a miss: the best threshold "
        "moves to 0. Set sureness to 3: the probabilities are too sure, and the rule does not hold any more."
    )
    source: ClassVar[str] = "C. Elkan, The foundations of cost-sensitive learning, 2001."

    miss: float = parameter(10.0, "cost of a missed positive", low=0.1, high=1000)
    alarm: float = parameter(1.0, "cost of a false alarm", low=0.1, high=1000)
    sureness: float = parameter(1.0, "1: calibrated; above: the stated logits are too large", low=0.2, high=5)
    n: int = parameter(8000, "rows, half of them to choose on", low=100, high=100_000)
    seed: int = parameter(0, "of the rows", low=0)

    def run(self) -> Result:
        """Return cost per row over thresholds (199,), the cheapest threshold, the rule's, and costs on new rows."""
        generator = np.random.default_rng(self.seed)
        z = generator.normal(-1, 1.5, self.n)
        y = (generator.random(self.n) < 1 / (1 + np.exp(-z))).astype(int)
        p = 1 / (1 + np.exp(-self.sureness * z))
        half = self.n // 2
        costs = np.array([self._cost(p[:half], y[:half], t) for t in THRESHOLDS])
        rule = self.alarm / (self.alarm + self.miss)
        cheapest = float(THRESHOLDS[np.argmin(costs)])
        fresh = {t: self._cost(p[half:], y[half:], t) for t in (HALF, rule, cheapest)}
        claims = (
            Claim(
                sentence="the cheapest threshold is near c_FP / (c_FP + c_FN)",
                holds=abs(cheapest - rule) < NEAR,
                measured=f"cheapest on {half} rows {cheapest:.3f}, rule {rule:.3f}",
            ),
            Claim(
                sentence="on new rows it is cheaper than 0.5",
                holds=fresh[cheapest] < fresh[HALF],
                measured=f"{fresh[cheapest]:.3f} per row against {fresh[HALF]:.3f}",
            ),
            Claim(
                sentence="on new rows the rule is as cheap as the threshold that was tried out, within 10 %",
                holds=abs(fresh[rule] / fresh[cheapest] - 1) < 0.1,  # noqa: PLR2004  # as the sentence says
                measured=f"{fresh[rule]:.4f} against {fresh[cheapest]:.4f}",
            ),
        )
        values = {"thresholds": THRESHOLDS, "costs": costs, "rule": rule, "cheapest": cheapest, "fresh": fresh}
        picture = self._picture(p[:half], y[:half], costs, rule, cheapest)
        return Result(experiment=self, values=values, claims=claims, picture=picture)

    def _cost(self, p: Floats, y: Floats, threshold: float) -> float:
        called = p >= threshold
        return float(np.mean(self.alarm * (called & (y == 0)) + self.miss * (~called & (y == 1))))

    def _picture(self, p: Floats, y: Floats, costs: Floats, rule: float, cheapest: float) -> Picture:
        misses = self.miss * np.array([np.mean((p < t) & (y == 1)) for t in THRESHOLDS])
        upright = np.array([0, costs.max()])
        series = (
            Series(name="cost per row", x=THRESHOLDS, y=costs),
            Series(name="of it misses", x=THRESHOLDS, y=misses, role="other"),
            Series(name="of it false alarms", x=THRESHOLDS, y=costs - misses, role="third"),
            Series(name=f"rule {rule:.3f}", x=np.full(2, rule), y=upright, role="quiet"),
            Series(name="cheapest", x=np.array([cheapest]), y=np.array([costs.min()]), kind="dots", role="mark"),
        )
        return Picture(
            alt=f"Cost per row over the threshold, least at {cheapest:.3f}; the rule says {rule:.3f}. At 0.5 it is "
            f"{costs[np.argmin(np.abs(THRESHOLDS - HALF))]:.3f}, at the least {costs.min():.3f}.",
            panels=(Plot(x_title="threshold", y_title="cost per row", series=series),),
        )
