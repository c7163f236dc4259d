"""Scores of several of k labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.evaluation.classification import LOG_LOSS, MACRO_F1, MACRO_ROC_AUC, POSITIVE_FROM
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
)


@dataclass(frozen=True, slots=True)
class MultilabelSheet(Sheet):
    """Several of k labels, with a probability for each."""

    definitions: ClassVar[tuple[Definition, ...]] = (
        Definition(
            name="micro_f1",
            title="micro F1",
            higher_is_better=True,
            percent=False,
            meaning="F1 over all labels thrown together: frequent labels count most; 1 is perfect.",
        ),
        MACRO_F1,
        Definition(
            name="subset_accuracy",
            title="subset accuracy",
            higher_is_better=True,
            percent=True,
            meaning="Share of rows whose labels are all right.",
        ),
        Definition(
            name="hamming_loss",
            title="Hamming loss",
            higher_is_better=False,
            percent=True,
            meaning="Share of single labels that are wrong.",
        ),
        MACRO_ROC_AUC,
        LOG_LOSS,
    )
    columns: Floats
    """(n, 3 + 3 k): all right, share wrong, log loss; hits, true labels, called labels."""
    rankings: tuple[Ranking, ...]

    @classmethod
    def of(cls, truth: Integers, probabilities: Floats) -> MultilabelSheet:
        """Prepare (n, k) truth in 0, 1 and (n, k) probabilities."""
        true, called = truth == 1, probabilities >= POSITIVE_FROM
        wrong = (true != called).mean(axis=1)
        loss = logarithmic_loss(np.where(true, probabilities, 1.0 - probabilities)).mean(axis=1)
        columns = np.column_stack([wrong == 0, wrong, loss, true & called, true, called]).astype(np.float64)
        mixed = [label for label in range(truth.shape[1]) if 0 < true[:, label].sum() < len(truth)]
        return cls(columns, tuple(Ranking.of(true[:, label], probabilities[:, label]) for label in mixed))

    @property
    def rows(self) -> int:
        """Number of rows (n)."""
        return len(self.columns)

    @property
    def cost(self) -> int:
        """What one weighting costs, in rows of a sheet with few classes."""
        return self.rows * (1 + len(self.rankings) // CLASSES_PER_COST)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights."""
        sums, total = weights @ self.columns, weights.sum(axis=1)
        hits, true, called = np.split(sums[:, 3:], 3, axis=1)
        areas = [ranking.area(weights) for ranking in self.rankings] or [np.full(len(weights), np.nan)]
        return np.column_stack(
            [
                ratio(2 * hits.sum(axis=1), (true + called).sum(axis=1)),
                mean_of_defined(ratio(2 * hits, true + called)),
                sums[:, 0] / total,
                sums[:, 1] / total,
                mean_of_defined(np.column_stack(areas)),
                sums[:, 2] / total,
            ]
        )
