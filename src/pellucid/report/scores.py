"""The table of scores: what stands in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pellucid.drawing.numbers import decimals_for, score
from pellucid.evaluation.records import Contender, Score, TargetReport

SAID: Final = {"better": "better", "worse": "worse", "noise": "no clear difference"}
UNTOLD: Final = "no interval to tell by"


def cell(found: Score | None, ours: Score) -> Mapping[str, str]:
    """Return `value` and `interval` of one score as text, with as many decimals as the network's has.

    Args:
        found: The contender's score; None where it has none.
        ours: The network's, of the same row.
    """
    if found is None or found.value is None:
        return {"value": "–", "interval": ""}
    decimals = decimals_for(ours.low, ours.high, found.value if ours.value is None else ours.value)
    low, high, interval = found.low, found.high, ""
    if low is not None and high is not None and low < high:
        interval = " to ".join(score(end, share=found.percent, decimals=decimals) for end in (low, high))
    return {"value": score(found.value, share=found.percent, decimals=decimals), "interval": interval}


def best(report: TargetReport, wanted: Score) -> tuple[str, ...]:
    """Return the names of the contenders with the best value of a row; none where one stands alone or none is best."""
    found = [(contender.name, contender.score(wanted.name)) for contender in report.contenders]
    values = {name: score.value for name, score in found if score is not None and score.value is not None}
    if len(values) == 1 or wanted.higher_is_better is None:
        return ()
    top = (max if wanted.higher_is_better else min)(values.values(), default=None)
    return tuple(name for name, value in values.items() if value == top)


def versus(contender: Contender, report: TargetReport) -> Mapping[str, str]:
    """Return `said`, `verdict`, `value` and `interval` of the network against a baseline; empty texts without one."""
    difference = contender.difference
    if difference is None:
        return {"said": "", "verdict": "", "value": "", "interval": ""}
    main = report.main
    points = main is not None and main.percent
    low, high = difference.low, difference.high
    decimals = decimals_for(low, high, difference.value)
    interval = ""
    if low is not None and high is not None:
        interval = f"{_signed(low, points, decimals)} to {_signed(high, points, decimals)}"
    return {
        "said": UNTOLD if low is None else SAID[difference.verdict],
        "verdict": difference.verdict,
        "value": _signed(difference.value, points, decimals) + (" points" if points else ""),
        "interval": interval,
    }


def _signed(value: float, points: bool, decimals: int) -> str:
    """Return a difference with its sign; of shares in percentage points."""
    shown = score(100 * value if points else value, share=False, decimals=max(decimals - 2, 0) if points else decimals)
    return shown if value < 0 else f"+{shown}"
