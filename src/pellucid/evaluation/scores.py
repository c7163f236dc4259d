"""The scores of several contenders on the same rows, with intervals, and the paired differences between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.binary import BinarySheet
from pellucid.evaluation.bootstrap import interval, point, resampled, resamples_for
from pellucid.evaluation.forecasts import COUNTS, NUMBERS
from pellucid.evaluation.multiclass import MulticlassSheet
from pellucid.evaluation.multilabel import MultilabelSheet
from pellucid.evaluation.quantities import CountSheet, NumberSheet
from pellucid.evaluation.records import Difference, Score
from pellucid.evaluation.sheet import Definition, Floats, Sheet


def sheet_of(kind: str, truth: NDArray[Any], predicted: Floats, exposure: Floats, spread: float) -> Sheet:
    """Return the sheet of one target (or of all labels) of a kind of task.

    Args:
        kind: the task's.
        truth: as the table in `forecasts` says; (n,) of a single number.
        predicted: in the same way.
        exposure: (n,) of counts; ones without any.
        spread: dispersion of counts beyond Poisson's.
    """
    if kind in COUNTS:
        return CountSheet.of(truth, predicted, exposure, spread)
    if kind in NUMBERS:
        return NumberSheet.of(truth, predicted)
    if kind == "binary":
        return BinarySheet.of(truth, predicted)
    return MulticlassSheet.of(truth, predicted) if kind == "multiclass" else MultilabelSheet.of(truth, predicted)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores and bootstrap samples of several contenders on the same rows."""

    definitions: tuple[Definition, ...]
    points: Mapping[str, Floats]
    """For each contender its (s,) scores."""
    samples: Mapping[str, Floats]
    """For each contender its (b, s) resampled scores; paired over contenders."""
    confidence: float

    @classmethod
    def of(cls, sheets: Mapping[str, Sheet], *, bootstrap: int, confidence: float, seed: int) -> ScoreTable:
        """Score the contenders' sheets, by name; they hold the same rows in the same order.

        Example:
            >>> sheet = BinarySheet.of(np.array([0, 1] * 20), np.array([0.2, 0.7] * 20))
            >>> table = ScoreTable.of({"mine": sheet}, bootstrap=200, confidence=0.95, seed=0)
            >>> table.scores("mine")[0].name, table.scores("mine")[0].value
            ('accuracy', 1.0)
        """
        listed = tuple(sheets.values())
        definitions = listed[0].definitions
        count = resamples_for(listed[0], bootstrap)
        samples = resampled(listed, count, seed) if count else [np.empty((0, len(definitions)))] * len(listed)
        points = {name: point(sheet) for name, sheet in sheets.items()}
        return cls(definitions, points, dict(zip(sheets, samples, strict=True)), confidence)

    @property
    def resamples(self) -> int:
        """How many resamples were drawn."""
        return len(next(iter(self.samples.values())))

    def scores(self, contender: str) -> tuple[Score, ...]:
        """Return one contender's scores; none when the table does not hold it."""
        if contender not in self.points:
            return ()
        return tuple(self._score(contender, column) for column in range(len(self.definitions)))

    def _score(self, contender: str, column: int) -> Score:
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

    def difference(self, first: str, second: str, name: str) -> Difference | None:
        """Return the score `name` of one contender minus that of another; None when either does not exist."""
        if first not in self.points or second not in self.points:
            return None
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
