"""Simple models judged on the same rows as the network: the constant, the linear model, boosted trees.

A baseline that fails stays in the table with a note saying why: a missing line would read as if it had been beaten.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import words
from pellucid.evaluation.features import check_features
from pellucid.evaluation.forecasts import CLASSES, COUNTS, truth_of
from pellucid.evaluation.learners import Boosting, Estimators, Learner, Linear, Size
from pellucid.evaluation.sheet import Floats
from pellucid.foundation.features import Features
from pellucid.foundation.seeds import numpy_generator, seed_for
from pellucid.tasks.task import Target, Task

CONSTANT_NAMES: Final = {
    "binary": words.COMMONEST,
    "multiclass": words.COMMONEST,
    "multilabel": words.SHARES,
    "regression": words.MEAN,
    "poisson": words.RATE,
    "negative_binomial": words.RATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineResult:
    """What a baseline predicts for the judged rows."""

    name: str
    predicted: Floats | None
    """As the table in `forecasts` says; None when it failed."""
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What a baseline learns, and for what it predicts."""

    kind: str
    truth: NDArray[Any]
    """Of the training rows, as the table in `forecasts` says."""
    classes: int
    exposure: Floats
    """(n,) of the training rows."""
    test_exposure: Floats
    seed: int

    def taking(self, rows: NDArray[np.int64]) -> _Problem:
        """Return the same with some of the training rows."""
        return _Problem(
            kind=self.kind,
            truth=self.truth[rows],
            classes=self.classes,
            exposure=self.exposure[rows],
            test_exposure=self.test_exposure,
            seed=self.seed,
        )

    @property
    def models(self) -> int:
        """Outputs that are learnt one beside the other."""
        if self.kind in CLASSES:
            return self.classes if self.kind == "multiclass" else 1
        return int(self.truth.shape[1])


def baselines(
    part: Task,
    train: Features,
    train_truth: Sequence[Target],
    test: Features,
    *,
    rows: NDArray[np.int64] | None = None,
    train_offset: Floats | None = None,
    test_offset: Floats | None = None,
    seed: int,
) -> list[BaselineResult]:
    """Train the baselines of one part of the task and predict the test rows.

    Args:
        part: one of `task.parts`, fitted on the training part.
        train: features of the training rows (validation rows may be among them: baselines need none), or of some.
        train_truth: the part's target columns of all training rows.
        test: features of the rows that are judged.
        rows: (n,) which of the training rows have features, in the order of `train`; None for all.
        train_offset: (n,) log exposure of the training rows, for counts.
        test_offset: (n,) log exposure of the judged rows.
        seed: of the run.

    Returns:
        The constant, the linear model, boosted trees: always all three.

    Raises:
        ShapeError: the two parts have different columns.
        DataError: the truth cannot be read; the row is named.
    """
    check_features(train, test)
    truth = truth_of(part, train_truth)
    problem = _Problem(
        kind=part.kind,
        truth=truth,
        classes=max(part.outputs, 2),
        exposure=np.ones(len(truth)) if train_offset is None else np.exp(train_offset),
        test_exposure=np.ones(len(test)) if test_offset is None else np.exp(test_offset),
        seed=seed_for(seed, "baselines", *part.targets),
    )
    some = problem if rows is None else problem.taking(rows)
    seen = len(truth)
    return [_constant(problem), *(_learnt(one, some, train, test, seen) for one in (Linear(), Boosting()))]


def _constant(problem: _Problem) -> BaselineResult:
    """Predict the shares of the classes, the mean, or the mean rate, whatever the features say."""
    start, n = time.perf_counter(), len(problem.test_exposure)
    if problem.kind in CLASSES:
        shares = np.bincount(problem.truth, minlength=problem.classes) / len(problem.truth)
        predicted = np.full(n, shares[1]) if problem.kind == "binary" else np.tile(shares, (n, 1))
    elif problem.kind in COUNTS:
        rates = problem.truth.sum(axis=0) / problem.exposure.sum()
        predicted = np.outer(problem.test_exposure, rates)
    else:
        predicted = np.tile(problem.truth.mean(axis=0), (n, 1))
    name = CONSTANT_NAMES[problem.kind]
    return BaselineResult(name=name, predicted=predicted, seconds=time.perf_counter() - start)


def _learnt(learner: Learner, problem: _Problem, train: Features, test: Features, seen: int) -> BaselineResult:
    """Train one model, of `seen` training rows on those that have features; a failure becomes a note."""
    start, notes = time.perf_counter(), list[str]()
    predicted = None
    with _warnings_to(notes):
        try:
            predicted = _predictions(learner, problem, train, test, seen, notes)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError, MemoryError) as error:
            notes.append("failed: " + (str(error).strip() or type(error).__name__).splitlines()[0])
    if predicted is not None and not np.isfinite(predicted).all():
        predicted = None
        notes.append("failed: its predictions are not finite")
    return BaselineResult(
        name=learner.name,
        predicted=predicted,
        seconds=time.perf_counter() - start,
        note="; ".join(dict.fromkeys(notes)),
    )


@contextmanager
def _warnings_to(notes: list[str]) -> Iterator[None]:
    """Turn what a reader should know (no convergence, overflow) into notes; other warnings pass."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for warning in caught:
        if warning.category.__name__ == "ConvergenceWarning":
            notes.append("did not converge in the steps that it was given")
        elif issubclass(warning.category, RuntimeWarning):
            notes.append(f"numerical trouble: {str(warning.message).splitlines()[0]}")
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _predictions(
    learner: Learner, problem: _Problem, train: Features, test: Features, seen: int, notes: list[str]
) -> Floats:
    """Return the model's predictions for the test rows, as the table in `forecasts` says."""
    most = learner.rows(Size(rows=len(train), columns=max(1, learner.columns(train)), models=problem.models))
    if most < seen:
        notes.append(f"trained on {most:,} of {seen:,} examples to stay quick")
    if most < len(train):
        rows = np.sort(numpy_generator(problem.seed, learner.name).choice(len(train), most, replace=False))
        train, problem = train.taking(rows), problem.taking(rows)
    prepared = learner.prepared(train)
    x = prepared.train
    notes.extend([prepared.note] if prepared.note else [])
    if x.shape[1] == 0:
        raise ValueError("no feature has a value in the training part")
    estimators = Estimators(
        learner, Size(rows=x.shape[0], columns=x.shape[1], models=problem.models), prepared, problem.seed
    )
    if problem.kind == "binary":
        return estimators.probabilities(x, problem.truth, test, 2, notes)[:, 1]
    if problem.kind == "multiclass":
        return estimators.probabilities(x, problem.truth, test, problem.classes, notes)
    columns = list(problem.truth.T)
    if problem.kind == "multilabel":
        return np.column_stack([estimators.probabilities(x, y, test, 2, notes)[:, 1] for y in columns])
    if problem.kind in COUNTS:
        means = [estimators.rates(x, y, problem.exposure, test, notes) * problem.test_exposure for y in columns]
        return np.column_stack(means)
    return np.column_stack([estimators.numbers(x, y, test, notes) for y in columns])
