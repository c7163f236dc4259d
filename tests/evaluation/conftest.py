"""Small tasks with truth and predictions, for the tests of judging."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from pellucid.evaluation.forecasts import Judged
from pellucid.foundation.features import Features
from pellucid.tasks.binary import Binary
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.task import Target, Task

ROWS = 120


def inputs(n: int = ROWS, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 3))


def features(x: np.ndarray) -> Features:
    return Features(raw=x, categorical=np.zeros(x.shape[1], dtype=np.bool_), scaled=x)


def numbers(name: str, values: np.ndarray) -> Target:
    return Target(name=name, kind="number", values=np.asarray(values, dtype=np.float64))


def classes(name: str, values: list[str]) -> Target:
    return Target(name=name, kind="category", values=np.array(values, dtype=object))


def case(kind: str, x: np.ndarray) -> tuple[Task, tuple[Target, ...], np.ndarray]:
    """Return a fitted task, its targets on the rows x, and (n, o) logits that know something."""
    rng, n = np.random.default_rng(7), len(x)
    task: Task
    if kind == "binary":
        truth = x[:, 0] + rng.normal(size=n) > 0
        targets = (classes("ill", ["yes" if one else "no" for one in truth]),)
        task, logits = Binary(targets=("ill",), classes=("no", "yes")), 2 * x[:, :1]
    elif kind == "multiclass":
        truth = (x + rng.normal(size=x.shape)).argmax(axis=1)
        targets = (classes("colour", [("red", "green", "blue")[one] for one in truth]),)
        task, logits = Multiclass(targets=("colour",), classes=("red", "green", "blue")), 2 * x
    elif kind == "multilabel":
        targets = tuple(numbers(name, x[:, i] + rng.normal(size=n) > 0.5) for i, name in enumerate("abc"))
        task, logits = Multilabel(targets=("a", "b", "c"), classes=(("0", "1"),) * 3), 2 * x - 1
    elif kind == "regression":
        targets = (numbers("u", x[:, 0] + 0.3 * rng.normal(size=n)), numbers("v", 1e6 * x[:, 1]))
        task, logits = Regression(targets=("u", "v")), x[:, :2]
    else:
        means = np.exp(0.5 * x[:, 0])
        if kind == "poisson":
            task, counts = Poisson(targets=("visits",)), rng.poisson(means)
        else:
            task, counts = NegativeBinomial(targets=("visits",)), rng.negative_binomial(2, 2 / (2 + means))
        targets, logits = (numbers("visits", counts),), 0.5 * x[:, :1]
    return task.fitted(targets), targets, logits


def judged(task: Task, targets: tuple[Target, ...], logits: np.ndarray, offset: np.ndarray | None = None) -> Judged:
    rows = np.arange(len(logits)) + 1000
    return Judged(truth=targets, predictions=task.predict(logits, offset), rows=rows, offset=offset)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    return SimpleNamespace(inputs=inputs, features=features, numbers=numbers, classes=classes, case=case, judged=judged)
