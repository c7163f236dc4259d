"""Scores of yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.evaluation.classification import (
    ACCURACY,
    BALANCED_ACCURACY,
    CALIBRATION_ERROR,
    LOG_LOSS,
    POSITIVE_FROM,
    calibration_gaps,
)
from pellucid.evaluation.ranking import Ranking
from pellucid.evaluation.sheet import Definition, Floats, Integers, Sheet, logarithmic_loss, mean_of_defined, ratio


@dataclass(frozen=True, slots=True)
class BinarySheet(Sheet):
    """Yes or no, with the probability of yes."""

    definitions: ClassVar[tuple[Definition, ...]] = (
        ACCURACY,
        BALANCED_ACCURACY,
        Definition(
            name="sensitivity",
            title="sensitivity (recall)",
            higher_is_better=True,
            percent=True,
            meaning="Share of the true positives that are found.",
        ),
        Definition(
            name="specificity",
            title="specificity",
            higher_is_better=True,
            percent=True,
            meaning="Share of the true negatives that are recognised as such.",
        ),
        Definition(
            name="precision",
            title="precision",
            higher_is_better=True,
            percent=True,
            meaning="Share of the rows called positive that truly are.",
        ),
        Definition(
            name="f1",
            title="F1",
            higher_is_better=True,
            percent=False,
            meaning="Harmonic mean of precision and sensitivity: high only when both are; 1 is perfect.",
        ),
        Definition(
            name="roc_auc",
            title="ROC AUC",
            higher_is_better=True,
            percent=False,
            meaning="Chance that a random positive gets a higher probability than a random negative: 0.5 is guessing, "
            "1 perfect.",
        ),
        Definition(
            name="average_precision",
            title="average precision",
            higher_is_better=True,
            percent=False,
            meaning="Area under the precision-recall curve: guessing gives the share of positives, 1 is perfect.",
        ),
        LOG_LOSS,
        Definition(
            name="brier",
            title="Brier score",
            higher_is_better=False,
            percent=False,
            meaning="Mean squared distance of the probability from 0 or 1: 0 is perfect, always saying 50 % 0.25.",
        ),
        CALIBRATION_ERROR,
    )
    columns: Floats
    """(n, 6 + bins): true and false positives, false and true negatives, log loss, squared distance, gaps."""
    ranking: Ranking

    @classmethod
    def of(cls, truth: Integers, probabilities: Floats) -> BinarySheet:
        """Prepare (n,) truth in 0, 1 and (n,) probabilities of 1."""
        positive, called = truth == 1, probabilities >= POSITIVE_FROM
        cells = [positive & called, ~positive & called, positive & ~called, ~positive & ~called]
        loss = logarithmic_loss(np.where(positive, probabilities, 1.0 - probabilities))
        singles = np.column_stack([*cells, loss, (probabilities - truth) ** 2]).astype(np.float64)
        gaps = calibration_gaps(probabilities, truth.astype(np.float64))
        return cls(np.column_stack([singles, gaps]), Ranking.of(positive, probabilities))

    @property
    def rows(self) -> int:
        """Number of rows (n)."""
        return len(self.columns)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights."""
        sums = weights @ self.columns
        tp, fp, fn, tn, loss, distance = sums[:, :6].T
        total = tp + fp + fn + tn
        sensitivity, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
        return np.column_stack(
            [
                (tp + tn) / total,
                mean_of_defined(np.column_stack([sensitivity, specificity])),
                sensitivity,
                specificity,
                ratio(tp, tp + fp),
                ratio(2 * tp, 2 * tp + fp + fn),
                self.ranking.area(weights),
                self.ranking.average_precision(weights),
                loss / total,
                distance / total,
                np.abs(sums[:, 6:]).sum(axis=1) / total,
            ]
        )
