"""The models that stand beside the network: scikit-learn's linear models and histogram gradient boosting.

scikit-learn is imported when a model is made: it costs a second, and training must have begun by then.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import words
from pellucid.evaluation.features import Prepared, for_linear, for_trees
from pellucid.evaluation.sheet import Floats
from pellucid.foundation.features import Features

FEWEST_ROWS: Final = 5000  # however large the data, a baseline learns from so many
LINEAR_WORK: Final = 40_000_000  # rows x columns x classes: about ten seconds of L-BFGS on two cores
LINEAR_STEPS: Final = 300
RIDGE_PENALTY: Final = 1.0
ROUNDS: Final = 100  # scikit-learn's default
FEWEST_ROUNDS: Final = 20
RATE: Final = 0.1  # scikit-learn's default
FASTEST_RATE: Final = 0.3
BOOSTING_WORK: Final = 6_000_000_000  # of all trees, see `Boosting.work`; about 20 seconds on one core
PARALLEL_WORK: Final = 2_000_000_000  # below it, waking threads costs more than it saves
WORK_OF_A_ROW: Final = 5  # a row enters about five histograms on its way down a tree of 31 leaves
WORK_OF_A_TREE: Final = 8000  # bins x leaves: looking for the best split, per column
EARLY_STOPPING_FROM: Final = 10_000  # rows; scikit-learn's default
SEEDS_OF_SCIKIT_LEARN: Final = 2**32  # it takes no larger ones
ASKED_NUMBERS: Final = 1 << 21  # of the features of judged rows: 16 MiB in double precision
FEWEST_OF_A_CLASS: Final = 2  # to be divided between training and the rows that stop it


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a problem is."""

    rows: int
    columns: int
    models: int
    """Outputs that are learnt one beside the other: classes, labels, targets."""


class Learner(ABC):
    """One model of scikit-learn for all tasks."""

    name: ClassVar[str]
    """As shown in the table of scores."""

    @abstractmethod
    def columns(self, features: Features) -> int:
        """Return the number of columns that it learns from."""

    @abstractmethod
    def prepared(self, train: Features) -> Prepared:
        """Return the features as this model takes them."""

    @abstractmethod
    def rows(self, size: Size) -> int:
        """Return from how many rows it learns in reasonable time."""

    @abstractmethod
    def options(self, size: Size, prepared: Prepared, rarest: int, seed: int) -> tuple[dict[str, Any], str]:
        """Return the estimators' options and a note; `rarest` is the number of rows of the rarest class."""

    @abstractmethod
    def classifier(self, options: dict[str, Any]) -> Any:
        """Return an estimator with `predict_proba`."""

    @abstractmethod
    def regressor(self, options: dict[str, Any]) -> Any:
        """Return an estimator of a number."""

    @abstractmethod
    def counter(self, options: dict[str, Any], rows: int) -> Any:
        """Return an estimator of a rate that takes `sample_weight`."""


@dataclass(frozen=True, slots=True)
class Linear(Learner):
    """Logistic, ridge and Poisson regression."""

    name: ClassVar[str] = words.LINEAR

    def columns(self, features: Features) -> int:
        """Return the number of columns that it learns from; of sparse ones, of those that a row has on average."""
        scaled = features.scaled
        return int(scaled.shape[1] if isinstance(scaled, np.ndarray) else scaled.nnz // max(scaled.shape[0], 1))

    def prepared(self, train: Features) -> Prepared:
        """Return standardised and one-hot features."""
        return for_linear(train)

    def rows(self, size: Size) -> int:
        """Return as many as the budget allows."""
        return min(size.rows, max(FEWEST_ROWS, LINEAR_WORK // (size.columns * size.models)))

    def options(self, size: Size, prepared: Prepared, rarest: int, seed: int) -> tuple[dict[str, Any], str]:
        """Return none."""
        return {}, ""

    def classifier(self, options: dict[str, Any]) -> Any:
        """Return logistic regression with scikit-learn's default penalty."""
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=LINEAR_STEPS)

    def regressor(self, options: dict[str, Any]) -> Any:
        """Return ridge regression."""
        from sklearn.linear_model import Ridge

        return Ridge(alpha=RIDGE_PENALTY)

    def counter(self, options: dict[str, Any], rows: int) -> Any:
        """Return Poisson regression; its penalty is per row, so it is as strong as the ridge's."""
        from sklearn.linear_model import PoissonRegressor

        return PoissonRegressor(alpha=RIDGE_PENALTY / rows, max_iter=LINEAR_STEPS)


@dataclass(frozen=True, slots=True)
class Boosting(Learner):
    """Histogram gradient boosting with scikit-learn's defaults."""

    name: ClassVar[str] = words.TREES

    def columns(self, features: Features) -> int:
        """Return the number of columns that it learns from."""
        return int(features.raw.shape[1])

    def prepared(self, train: Features) -> Prepared:
        """Return numbers and level numbers, missing as NaN."""
        return for_trees(train)

    def rows(self, size: Size) -> int:
        """Return as many as the budget allows."""
        for_one_tree = BOOSTING_WORK // (size.columns * size.models * ROUNDS)
        return min(size.rows, max(FEWEST_ROWS, (for_one_tree - WORK_OF_A_TREE) // WORK_OF_A_ROW))

    def options(self, size: Size, prepared: Prepared, rarest: int, seed: int) -> tuple[dict[str, Any], str]:
        """Return fewer and larger steps where the budget asks for it; no early stopping if a class is too rare."""
        rounds = int(np.clip(BOOSTING_WORK // _work_of_a_round(size), FEWEST_ROUNDS, ROUNDS))
        options: dict[str, Any] = {
            "max_iter": rounds,
            "learning_rate": min(FASTEST_RATE, RATE * ROUNDS / rounds),
            "categorical_features": prepared.categorical if prepared.categorical.any() else None,
            "early_stopping": size.rows > EARLY_STOPPING_FROM and rarest >= FEWEST_OF_A_CLASS,
            "random_state": seed % SEEDS_OF_SCIKIT_LEARN,
        }
        return options, f"given {rounds} of the usual {ROUNDS} rounds to stay quick" if rounds < ROUNDS else ""

    def classifier(self, options: dict[str, Any]) -> Any:
        """Return the classifier."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(**options)

    def regressor(self, options: dict[str, Any]) -> Any:
        """Return the regressor of a mean."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(**options)

    def counter(self, options: dict[str, Any], rows: int) -> Any:
        """Return the regressor of a rate."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(loss="poisson", **options)


def _work_of_a_round(size: Size) -> int:
    """Return about how many histogram entries one round of boosting touches."""
    return size.columns * size.models * (WORK_OF_A_TREE + WORK_OF_A_ROW * size.rows)


def _threads(size: Size) -> int:
    """Return how many threads boosting gets: half of the cores, and one when it is soon done.

    scikit-learn's threads spin while they wait for one another; with other work on the same cores that made two
    threads on two cores 15 times slower than one.
    """
    parallel = _work_of_a_round(size) * ROUNDS > PARALLEL_WORK
    return max(1, (os.cpu_count() or 1) // 2) if parallel else 1


@dataclass(frozen=True, slots=True)
class Estimators:
    """A learner's estimators for one problem: each is made, trained and asked in one step."""

    learner: Learner
    size: Size
    prepared: Prepared
    seed: int

    def _options(self, rarest: int, notes: list[str]) -> dict[str, Any]:
        options, note = self.learner.options(self.size, self.prepared, rarest, self.seed)
        notes.extend([note] if note else [])
        return options

    def _threads(self) -> AbstractContextManager[Any]:
        """Return a context in which OpenMP and BLAS start no more threads than are worth it."""
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

        limits: AbstractContextManager[Any] = threadpool_limits(limits=_threads(self.size))
        return limits

    def _answers(self, ask: Callable[[Any], Any], test: Features) -> Floats:
        """Return what an estimator answers for other rows, of which only some are in memory in its own form."""
        step = max(ASKED_NUMBERS // max(self.learner.columns(test), 1), 1)
        parts = (np.arange(start, min(start + step, len(test))) for start in range(0, len(test), step))
        return np.concatenate([ask(self.prepared.alike(test.taking(rows))) for rows in parts])

    def probabilities(
        self, x: Any, labels: NDArray[np.int64], test: Features, classes: int, notes: list[str]
    ) -> Floats:
        """Return (n, classes) probabilities; 0 for classes that no training row holds."""
        present, counts = np.unique(labels, return_counts=True)
        probabilities = np.zeros((len(test), classes))
        if len(present) == 1:
            notes.append("saw a single class in training, and always answers that")
            probabilities[:, present] = 1.0
            return probabilities
        estimator = self.learner.classifier(self._options(int(counts.min()), notes))
        with self._threads():
            probabilities[:, present] = self._answers(estimator.fit(x, labels).predict_proba, test)
        return probabilities

    def numbers(self, x: Any, values: Floats, test: Features, notes: list[str]) -> Floats:
        """Return (n,) means, trained on standardised values: units of 1e-9 or 1e9 do no harm."""
        centre, scale = values.mean(), values.std() or 1.0
        estimator = self.learner.regressor(self._options(x.shape[0], notes))
        with self._threads():
            predicted = self._answers(estimator.fit(x, (values - centre) / scale).predict, test)
        return np.asarray(centre + scale * predicted, dtype=np.float64)

    def rates(self, x: Any, counts: Floats, exposure: Floats, test: Features, notes: list[str]) -> Floats:
        """Return (n,) rates; counts / exposure weighted by exposure have the likelihood of counts with an offset."""
        estimator = self.learner.counter(self._options(x.shape[0], notes), x.shape[0])
        with self._threads():
            estimator.fit(x, counts / exposure, sample_weight=exposure / exposure.mean())
            return np.asarray(self._answers(estimator.predict, test), dtype=np.float64)
