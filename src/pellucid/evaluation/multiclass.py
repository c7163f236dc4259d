"""Scores of one of k classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.evaluation.classification import (
    ACCURACY,
    BALANCED_ACCURACY,
    CALIBRATION_ERROR,
    LOG_LOSS,
    MACRO_F1,
    MACRO_ROC_AUC,
    calibration_gaps,
)
from pellucid.evaluation.ranking import Ranking
from pellucid.evaluation.sheet import (
    CLASSES_PER_COST,
    Definition,
    Floats,
    Integers,
    Sheet,
    logarithmic_loss,
    mean_of_defined,
    ratio,
    sums_by_group,
)


@dataclass(frozen=True, slots=True)
class MulticlassSheet(Sheet):
    """One of k classes, with a probability for each."""

    definitions: ClassVar[tuple[Definition, ...]] = (
        ACCURACY,
        BALANCED_ACCURACY,
        MACRO_F1,
        MACRO_ROC_AUC,
        LOG_LOSS,
        CALIBRATION_ERROR,
    )
    truth: Integers
    predicted: Integers
    classes: int
    columns: Floats
    """(n, 1 + bins): log loss, gaps between confidence and being right."""
    rankings: tuple[Ranking, ...]
    """One for each class that some rows belong to and others do not."""

    @classmethod
    def of(cls, truth: Integers, probabilities: Floats) -> MulticlassSheet:
        """Prepare (n,) class indices and (n, k) probabilities."""
        predicted = probabilities.argmax(axis=1)
        everyone = np.arange(len(truth))
        confidence = np.clip(probabilities[everyone, predicted], 0.0, 1.0)
        gaps = calibration_gaps(confidence, (predicted == truth).astype(np.float64))
        columns = np.column_stack([logarithmic_loss(probabilities[everyone, truth]), gaps])
        present = [label for label in range(probabilities.shape[1]) if 0 < np.sum(truth == label) < len(truth)]
        rankings = tuple(Ranking.of(truth == label, probabilities[:, label]) for label in present)
        return cls(truth, predicted, probabilities.shape[1], columns, rankings)

    @property
    def rows(self) -> int:
        """Number of rows (n)."""
        return len(self.truth)

    @property
    def cost(self) -> int:
        """What one weighting costs, in rows of a sheet with few classes."""
        return self.rows * (1 + len(self.rankings) // CLASSES_PER_COST)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights."""
        k = self.classes
        true = sums_by_group(self.truth, k, weights)
        called = sums_by_group(self.predicted, k, weights)
        hits = sums_by_group(np.where(self.truth == self.predicted, self.truth, k), k + 1, weights)[:, :k]
        sums, total = weights @ self.columns, true.sum(axis=1)
        areas = [ranking.area(weights) for ranking in self.rankings] or [np.full(len(weights), np.nan)]
        return np.column_stack(
            [
                hits.sum(axis=1) / total,
                mean_of_defined(ratio(hits, true)),
                mean_of_defined(ratio(2 * hits, true + called)),
                mean_of_defined(np.column_stack(areas)),
                sums[:, 0] / total,
                np.abs(sums[:, 1:]).sum(axis=1) / total,
            ]
        )
