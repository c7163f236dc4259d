"""The scores of several contenders on the same rows, with intervals, and the paired differences between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from pellucid.evaluation.binary import BinarySheet
from pellucid.evaluation.bootstrap import interval, point, resampled, resamples_for
from pellucid.evaluation.multiclass import MulticlassSheet
from pellucid.evaluation.multilabel import MultilabelSheet
from pellucid.evaluation.quantities import CountSheet, NumberSheet
from pellucid.evaluation.records import Difference, Score
from pellucid.evaluation.sheet import Definition, Floats, Sheet

SHEETS: Final = MappingProxyType(
    {
        "binary": BinarySheet,
        "multiclass": MulticlassSheet,
        "multilabel": MultilabelSheet,
        "regression": NumberSheet,
        "poisson": CountSheet,
        "negative_binomial": CountSheet,
    }
)
"""The sheet of each kind of task."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores and bootstrap samples of several contenders on the same rows."""

    definitions: tuple[Definition, ...]
    points: tuple[Floats, ...]
    """For each contender its (s,) scores."""
    samples: tuple[Floats, ...]
    """For each contender its (b, s) resampled scores; paired over contenders."""
    confidence: float

    @classmethod
    def of(cls, sheets: Sequence[Sheet], *, bootstrap: int, confidence: float, seed: int) -> ScoreTable:
        """Score the contenders' sheets, which hold the same rows in the same order.

        Example:
            >>> sheet = BinarySheet.of(np.array([0, 1] * 20), np.array([0.2, 0.7] * 20))
            >>> table = ScoreTable.of([sheet], bootstrap=200, confidence=0.95, seed=0)
            >>> table.scores(0)[0].name, table.scores(0)[0].value
            ('accuracy', 1.0)
        """
        count = resamples_for(sheets[0].rows, bootstrap)
        samples = resampled(sheets, count, seed) if count else [np.empty((0, len(s.definitions))) for s in sheets]
        return cls(sheets[0].definitions, tuple(point(sheet) for sheet in sheets), tuple(samples), confidence)

    @property
    def resamples(self) -> int:
        """How many resamples were drawn."""
        return len(self.samples[0])

    def scores(self, contender: int) -> tuple[Score, ...]:
        """Return one contender's scores."""
        return tuple(self._score(contender, column) for column in range(len(self.definitions)))

    def _score(self, contender: int, column: int) -> Score:
        definition, value = self.definitions[column], float(self.points[contender][column])
        ends = interval(value, self.samples[contender][:, column], self.confidence)
        return Score(
            name=definition.name,
            title=definition.title,
            value=value if np.isfinite(value) else None,
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            higher_is_better=definition.higher_is_better,
            percent=definition.percent,
            meaning=definition.meaning,
        )

    def difference(self, first: int, second: int, name: str) -> Difference | None:
        """Return the score `name` of one contender minus that of another; None when either does not exist."""
        column = [definition.name for definition in self.definitions].index(name)
        value = float(self.points[first][column] - self.points[second][column])
        if not np.isfinite(value):
            return None
        ends = interval(value, self.samples[first][:, column] - self.samples[second][:, column], self.confidence)
        better = _verdict(ends, self.definitions[column].higher_is_better)
        low, high = ends or (None, None)
        return Difference(score=name, value=value, low=low, high=high, verdict=better)


def _verdict(ends: tuple[float, float] | None, higher_is_better: bool | None) -> Literal["better", "worse", "noise"]:
    """Return whether the first is better than the second beyond noise."""
    if ends is None or higher_is_better is None or ends[0] <= 0 <= ends[1]:
        return "noise"
    return "better" if (ends[0] > 0) == higher_is_better else "worse"
