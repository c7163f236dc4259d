"""What is drawn about classes: confusion, ROC, precision-recall, calibration, and the choice of a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.classification import CALIBRATION_BINS, POSITIVE_FROM, calibration_bins
from pellucid.evaluation.ranking import Ranking
from pellucid.evaluation.records import (
    CalibrationCurve,
    ClassScores,
    Confusion,
    PrecisionRecallCurve,
    RocCurve,
    ThresholdChoice,
)
from pellucid.evaluation.sheet import Floats, Integers

MOST_POINTS: Final = 200  # of a curve: more are not seen
RULES: Final[tuple[Literal["default", "f1", "youden", "cost"], ...]] = ("default", "f1", "youden", "cost")


def confusion(name: str, classes: Sequence[str], truth: Integers, predicted: Integers) -> Confusion:
    """Count how often each true class (rows) was taken for each class (columns); both are (n,) class indices."""
    k = len(classes)
    counts = np.bincount(truth * k + predicted, minlength=k * k).reshape(k, k)
    return Confusion(name=name, classes=tuple(classes), counts=tuple(tuple(map(int, row)) for row in counts))


def _steps(positive: NDArray[np.bool_], scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Return thresholds (falling, one for each distinct score) and the true and false positives at each."""
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order], np.cumsum(positive[order])
    last = np.flatnonzero(np.append(np.diff(ordered) != 0, True))  # the last row of each group of ties
    return ordered[last], hits[last].astype(np.float64), (last + 1 - hits[last]).astype(np.float64)


def _thinned(x: Floats, y: Floats) -> Integers:
    """Return at most MOST_POINTS indices, evenly spread along the curve, both ends kept."""
    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    chosen = np.searchsorted(along, np.linspace(0, along[-1], MOST_POINTS - 1))
    return np.unique(np.append(chosen, len(x) - 1))


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def roc_curve(name: str, positive: NDArray[np.bool_], scores: Floats) -> RocCurve | None:
    """Return the ROC curve of (n,) truths and scores; None when there are no positives or no negatives."""
    if positive.all() or not positive.any():
        return None
    thresholds, true, false = _steps(positive, scores)
    thresholds = np.append(np.nextafter(max(1.0, thresholds[0]), np.inf), thresholds)
    x, y = np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1])
    keep = _thinned(x, y)
    area = float(Ranking.of(positive, scores).area(np.ones((1, len(scores))))[0])
    return RocCurve(
        name=name,
        false_positive_rate=_floats(x[keep]),
        true_positive_rate=_floats(y[keep]),
        thresholds=_floats(thresholds[keep]),
        area=area,
    )


def precision_recall_curve(name: str, positive: NDArray[np.bool_], scores: Floats) -> PrecisionRecallCurve | None:
    """Return the precision-recall curve of (n,) truths and scores; None when there are no positives."""
    if not positive.any():
        return None
    thresholds, true, false = _steps(positive, scores)
    recall, precision = true / true[-1], true / (true + false)
    complete = int(np.argmax(true == true[-1])) + 1  # lower thresholds only add false positives at full recall
    thresholds, recall, precision = thresholds[:complete], recall[:complete], precision[:complete]
    keep = _thinned(recall, precision)
    return PrecisionRecallCurve(
        name=name,
        recall=_floats(recall[keep]),
        precision=_floats(precision[keep]),
        thresholds=_floats(thresholds[keep]),
        average_precision=float(Ranking.of(positive, scores).average_precision(np.ones((1, len(scores))))[0]),
        share=float(positive.mean()),
    )


def calibration_curve(name: str, happened: NDArray[np.bool_], probabilities: Floats) -> CalibrationCurve:
    """Return mean probability and observed frequency in tenths of probability; empty tenths are left out."""
    bins = calibration_bins(np.clip(probabilities, 0.0, 1.0))
    counts = np.bincount(bins, minlength=CALIBRATION_BINS)
    held = counts > 0
    predicted = np.bincount(bins, probabilities, CALIBRATION_BINS)[held] / counts[held]
    observed = np.bincount(bins, happened, CALIBRATION_BINS)[held] / counts[held]
    return CalibrationCurve(
        name=name,
        predicted=_floats(predicted),
        observed=_floats(observed),
        counts=tuple(int(count) for count in counts[held]),
        error=float(np.sum(np.abs(predicted - observed) * counts[held]) / counts.sum()),
    )


def best_threshold(
    rule: Literal["default", "f1", "youden", "cost"],
    positive: NDArray[np.bool_],
    probabilities: Floats,
    false_negative_cost: float = 1.0,
) -> float:
    """Return the threshold that is best by a rule on these rows; halfway to the next lower probability.

    `default` is 0.5; `f1` the highest F1; `youden` the highest sensitivity + specificity; `cost` the lowest of
    false alarms + false_negative_cost x missed positives.

    Example:
        >>> best_threshold("youden", np.array([False, False, True]), np.array([0.1, 0.3, 0.4]))
        0.35
    """
    if rule == "default" or positive.all() or not positive.any():
        return POSITIVE_FROM
    thresholds, true, false = _steps(positive, probabilities)
    positives, negatives = true[-1], false[-1]
    if rule == "f1":
        gain = 2 * true / (true + false + positives)
    elif rule == "youden":
        gain = true / positives - false / negatives
    else:
        gain = -(false + false_negative_cost * (positives - true))
        if gain.max() < -false_negative_cost * positives:
            return float(np.nextafter(1.0, 2.0))  # calling nothing positive is cheapest
    best = int(np.argmax(gain))
    lower = thresholds[best + 1] if best + 1 < len(thresholds) else 0.0
    return float((thresholds[best] + lower) / 2)


def apply_threshold(
    name: str,
    rule: Literal["default", "f1", "youden", "cost"],
    meaning: str,
    threshold: float,
    chosen_on: str,
    positive: NDArray[np.bool_],
    probabilities: Floats,
) -> ThresholdChoice:
    """Return what a threshold does on these rows."""
    called = probabilities >= threshold
    tp, fp = int(np.sum(positive & called)), int(np.sum(~positive & called))
    fn, tn = int(np.sum(positive & ~called)), int(np.sum(~positive & ~called))
    return ThresholdChoice(
        name=name,
        rule=rule,
        meaning=meaning,
        chosen_on=chosen_on,
        threshold=threshold,
        accuracy=_share(tp + tn, len(positive)),
        sensitivity=_share(tp, tp + fn),
        specificity=_share(tn, tn + fp),
        precision=_share(tp, tp + fp),
        f1=_share(2 * tp, 2 * tp + fp + fn),
        true_positive=tp,
        false_positive=fp,
        false_negative=fn,
        true_negative=tn,
    )


def class_scores(name: str, positive: NDArray[np.bool_], called: NDArray[np.bool_], scores: Floats) -> ClassScores:
    """Return how well one class or label is found: (n,) truth, decision, and what ROC AUC ranks by."""
    hits = int(np.sum(positive & called))
    mixed = positive.any() and not positive.all()
    return ClassScores(
        name=name,
        rows=int(positive.sum()),
        precision=_share(hits, int(called.sum())),
        recall=_share(hits, int(positive.sum())),
        f1=_share(2 * hits, int(positive.sum() + called.sum())),
        roc_auc=float(Ranking.of(positive, scores).area(np.ones((1, len(scores))))[0]) if mixed else None,
    )


def _share(part: int, whole: int) -> float | None:
    """Return part / whole, None of nothing."""
    return part / whole if whole else None
