"""The ROC curve drawn by hand: one row after the other, a step up for a positive, a step right for a negative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import Integers
from pellucid.concepts.metrics.ranking.roc_auc import roc_auc_reference
from pellucid.drawing.records import Cells, Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter


@dataclass(frozen=True, kw_only=True)
class RocByHand(Experiment):
    """Go down ten rows by falling score and draw the curve; count its area in rectangles and in pairs.

    Example:
        >>> result = RocByHand().run()
        >>> result["area"], result["pairs"]
        (0.86, 0.86)
    """

    name: ClassVar[str] = "roc_by_hand"
    aliases: ClassVar[tuple[str, ...]] = ("roc step by step", "auc by hand")
    theme: ClassVar[str] = "judging"
    title: ClassVar[str] = "the ROC curve step by step"
    question: ClassVar[str] = "How does a list of scores become the ROC curve, and its area a chance?"
    formula: ClassVar[str] = "a positive: one step 1/P up; a negative: one step 1/N right; ties: both at once, slanted"
    latex: ClassVar[str] = (
        r"\mathrm{AUC} = \sum_t (x_t - x_{t-1})\,\frac{y_t + y_{t-1}}{2} = P(s_+ > s_-) + \frac{1}{2}P(s_+ = s_-)"
    )
    look_for: ClassVar[str] = (
        "Only the order of the rows matters: square all scores and nothing changes. Two rows with one score make one "
        "slanted step, half of the rectangle: a tie counts half."
    )
    source: ClassVar[str] = "T. Fawcett, An introduction to ROC analysis, 2006; J. A. Hanley & B. J. McNeil, 1982."

    scores: tuple[float, ...] = parameter(
        (0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.5, 0.4, 0.3, 0.1), "s, of each row", low=0, high=1
    )
    targets: tuple[float, ...] = parameter(
        (1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0), "y, 0 or 1", low=0, high=1
    )

    def __post_init__(self) -> None:
        """Check that both classes occur."""
        super().__post_init__()
        if len(self.scores) != len(self.targets) or set(self.targets) != {0, 1}:
            raise RangeError(
                f"roc_by_hand expected one target 0 or 1 for each score, of both classes, got {self.targets}: pass such"
            )

    def run(self) -> Result:
        """Return the corners x and y of the curve, its area by rectangles, and the share of pairs in order."""
        s, y = np.array(self.scores), np.array(self.targets).astype(int)
        steps = np.unique(s)[::-1]
        alarms = np.append(0, [np.sum((s >= t) & (y == 0)) for t in steps]) / np.sum(y == 0)
        found = np.append(0, [np.sum((s >= t) & (y == 1)) for t in steps]) / np.sum(y == 1)
        area = float(np.sum(np.diff(alarms) * (found[1:] + found[:-1]) / 2))
        wins = (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
        pairs, library = float(wins.mean()), roc_auc_reference(s, y)
        squared = roc_auc_reference(s**2, y)
        claims = (
            Claim(
                sentence="the area under the curve is the share of pairs in order, ties counting half",
                holds=bool(np.isclose(area, pairs) and np.isclose(area, library)),
                measured=f"rectangles and triangles {area:.4f}, {wins.sum():g} of {wins.size} pairs {pairs:.4f}",
            ),
            Claim(
                sentence="squaring all scores changes nothing: only their order counts",
                holds=bool(np.isclose(squared, area)),
                measured=f"AUC of the squares {squared:.4f}",
            ),
            Claim(
                sentence="turning the order round gives 1 − AUC",
                holds=bool(np.isclose(roc_auc_reference(-s, y), 1 - area)),
                measured=f"{roc_auc_reference(-s, y):.4f} = 1 − {area:.4f}",
            ),
        )
        values = {"x": alarms, "y": found, "thresholds": steps, "area": round(area, 12), "pairs": round(pairs, 12)}
        picture = _picture(s, y, steps, alarms, found, area)
        return Result(experiment=self, values=values, claims=claims, picture=picture)


def _picture(s: Floats, y: Integers, steps: Floats, alarms: Floats, found: Floats, area: float) -> Picture:
    order = np.argsort(-s, kind="stable")
    frames = []
    for t in range(len(steps) + 1):
        threshold = steps[t - 1] if t else np.inf
        called = s[order] >= threshold
        table = np.column_stack([s[order], y[order], called])
        newly = tuple((int(i), c) for i in np.flatnonzero(s[order] == threshold) for c in range(3))
        so_far = float(np.sum(np.diff(alarms[: t + 1]) * (found[1 : t + 1] + found[:t]) / 2))
        curve = (
            Series(name="ROC so far", x=alarms[: t + 1], y=found[: t + 1], kind="area"),
            Series(name="guessing", x=np.array([0, 1.0]), y=np.array([0, 1.0]), role="quiet"),
            Series(name="now", x=alarms[[t]], y=found[[t]], kind="dots", role="mark"),
        )
        rows = Cells(
            title="rows by falling score",
            values=table,
            marked=newly,
            row_names=tuple(f"{place + 1}" for place in range(len(s))),
            column_names=("score", "truth", "called"),
        )
        plot = Plot(
            title="ROC curve",
            x_title="false positive rate",
            series=curve,
            x_range=(-0.02, 1.02),
            y_range=(-0.02, 1.02),
            square=True,
        )
        note = (
            f"{found[t]:.2f} of the positives, {alarms[t]:.2f} of the negatives; area so far {so_far:.3f}"
            if t
            else "nothing is called positive yet"
        )
        frames.append(Frame(label=f"{threshold:g}" if t else "start", note=note, panels=(rows, plot)))
    return Picture(alt=f"{len(s)} rows, the curve grows step by step; its area is {area:.3f}.", frames=tuple(frames))
