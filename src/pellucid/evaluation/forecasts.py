"""Truth and predictions as plain arrays: the one form in which judging sees network and baselines alike.

| task | truth | predicted |
|---|---|---|
| binary | (n,) int64, 1 is positive | (n,) probability of positive |
| multiclass | (n,) int64 class index | (n, k) probabilities |
| multilabel | (n, k) int64 in 0, 1 | (n, k) probability of each label |
| regression, poisson, negative_binomial | (n, t) | (n, t) means |
| forecast | (n, t, h) | (n, t, h, q) quantiles |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.sheet import Floats
from pellucid.foundation.errors import DataError
from pellucid.tasks.counts import Count
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.task import Prediction, Target, Task
from pellucid.tasks.values import complete_numbers_of

CLASSES: Final = ("binary", "multiclass")
COUNTS: Final = ("poisson", "negative_binomial")
NUMBERS: Final = ("regression", *COUNTS)
BY_TARGET: Final = (*NUMBERS, Forecast.kind)
"""Tasks whose targets are judged one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One part of the data with the network's predictions for it."""

    truth: tuple[Target, ...]
    """One for each target of the task."""
    predictions: tuple[Prediction, ...]
    """In the same order, of the same rows."""
    rows: NDArray[np.int64]
    """(n,) row numbers in the source."""
    offset: Floats | None = None
    """(n,) log of the exposure."""
    history: tuple[Floats, ...] = ()
    """Of forecasts, for each target the (n, m) values before each origin, NaN where missing; to be drawn."""


def select(part: Task, judged: Judged) -> Judged:
    """Return what concerns one part of the task.

    Raises:
        DataError: a target of the part is missing, or holds no row.
    """
    truths = {target.name: target for target in judged.truth}
    predictions = {prediction.target: prediction for prediction in judged.predictions}
    missing = [name for name in part.targets if name not in truths or name not in predictions]
    if missing:
        raise DataError(f"judge expected truth and predictions for {missing}, got none: pass every target")
    if not len(judged.rows):
        raise DataError("judge expected at least one row, got none: choose a larger test part, e.g. test=0.2")
    places = [[target.name for target in judged.truth].index(name) for name in part.targets]
    return Judged(
        truth=tuple(truths[name] for name in part.targets),
        predictions=tuple(predictions[name] for name in part.targets),
        rows=judged.rows,
        offset=judged.offset,
        history=tuple(judged.history[place] for place in places) if judged.history else (),
    )


def class_names(part: Task, judged: Judged) -> tuple[str, ...]:
    """Return the classes of a binary or multiclass part, the labels of a multilabel one, () of numbers."""
    if part.kind in CLASSES:
        return judged.predictions[0].classes
    return part.targets if part.kind == "multilabel" else ()


def truth_of(part: Task, targets: Sequence[Target]) -> NDArray[Any]:
    """Return the truth of a part's targets as the table above says.

    Raises:
        DataError: a value is missing, or of a class that the task does not know; the row is named.
    """
    if isinstance(part, Forecast):
        return np.stack([np.asarray(target.values, dtype=np.float64) for target in targets], axis=1)
    if part.kind in NUMBERS:
        return np.column_stack([complete_numbers_of(target) for target in targets])
    encoded = np.rint(part.encode(targets)).astype(np.int64)
    return encoded.reshape(-1) if part.kind in CLASSES else encoded


def spread_of(part: Task) -> float:
    """Return the dispersion that a count's variance has beyond Poisson's; 0 for all other tasks."""
    return part.spread if isinstance(part, Count) else 0.0


def predicted_of(part: Task, judged: Judged) -> Floats:
    """Return the network's predictions as the table above says.

    Raises:
        DataError: a prediction is not finite.
    """
    for prediction in judged.predictions:
        values = prediction.values if prediction.probabilities is None else prediction.probabilities
        bad = ~np.isfinite(np.asarray(values, dtype=np.float64)).reshape(len(judged.rows), -1).all(axis=1)
        if bad.any():
            raise DataError(
                f"judge expected finite predictions of {prediction.target}, got {bad.sum()} that are not: "
                "train again with a lower learning_rate"
            )
    if isinstance(part, Forecast):
        return np.stack([np.asarray(p.quantiles, dtype=np.float64) for p in judged.predictions], axis=1)
    if part.kind in NUMBERS:
        return np.column_stack([np.asarray(p.values, dtype=np.float64) for p in judged.predictions])
    probabilities = [np.asarray(p.probabilities, dtype=np.float64) for p in judged.predictions]
    if part.kind == "multiclass":
        return probabilities[0]
    columns = np.column_stack([of_label[:, 1] for of_label in probabilities])
    return columns if part.kind == "multilabel" else columns[:, 0]
