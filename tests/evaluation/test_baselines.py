import subprocess
import sys
import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pellucid.evaluation.baselines import BaselineResult, baselines
from pellucid.foundation.errors import ShapeError
from pellucid.foundation.features import Features
from pellucid.tasks.binary import Binary
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.regression import Regression

KINDS = ("binary", "multiclass", "multilabel", "regression", "poisson", "negative_binomial")
NAMES = ["linear model", "boosted trees"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_task_has_three_baselines_and_those_that_learn_beat_the_constant(
    make: SimpleNamespace, kind: str
) -> None:
    x = make.inputs(400)
    task, targets, _ = make.case(kind, x)
    train, test = make.features(x), make.features(x[:50])
    found = baselines(task, train, targets, test, seed=0)
    assert [result.name for result in found][1:] == NAMES
    assert all(result.note == "" for result in found)
    if kind in ("binary", "multiclass", "multilabel"):
        truth = task.encode(targets)[:50]
        truth = truth[:, 0] if kind == "binary" else truth
    else:
        truth = np.column_stack([target.values for target in targets])[:50]
    losses = [loss(kind, truth, result) for result in found]
    assert losses[1] < losses[0]
    assert losses[2] < losses[0]


def loss(kind: str, truth: np.ndarray, result: BaselineResult) -> float:
    assert result.predicted is not None
    if kind == "multiclass":
        assert result.predicted.shape == (50, 3)
        return float(-np.log(result.predicted[np.arange(50), truth]).mean())
    assert result.predicted.shape == truth.shape
    return float(np.mean((result.predicted - truth) ** 2 / np.var(truth, axis=0)))


def test_the_constant_is_shares_means_and_rates(make: SimpleNamespace) -> None:
    x = np.zeros((4, 1))
    binary = Binary(targets=("y",), classes=("no", "yes"))
    found = baselines(
        binary, make.features(x), [make.classes("y", ["no", "yes", "no", "no"])], make.features(x[:2]), seed=0
    )
    assert found[0].name == "always the commonest class"
    np.testing.assert_array_equal(found[0].predicted, [0.25, 0.25])
    task, targets, _ = make.case("poisson", make.inputs(40))
    offset = np.log(np.arange(1.0, 41.0))
    counts = baselines(
        task,
        make.features(make.inputs(40)),
        targets,
        make.features(make.inputs(2)),
        train_offset=offset,
        test_offset=np.log([1.0, 2.0]),
        seed=0,
    )
    rate = targets[0].values.sum() / np.arange(1.0, 41.0).sum()
    np.testing.assert_allclose(counts[0].predicted[:, 0], [rate, 2 * rate])


def test_the_same_seed_gives_the_same(make: SimpleNamespace) -> None:
    x = make.inputs(200)
    task, targets, _ = make.case("binary", x)
    first, second = (baselines(task, make.features(x), targets, make.features(x), seed=3) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.predicted, other.predicted)


@pytest.mark.parametrize("kind", KINDS)
def test_sparse_features_give_what_dense_ones_give(make: SimpleNamespace, kind: str) -> None:
    """The linear models of scikit-learn on the same numbers, as a matrix and as CSR."""
    x = make.inputs()
    part, targets, _ = make.case(kind, x)
    dense = make.features(x)
    sparse = replace(dense, scaled=csr_matrix(x))
    first, second = (baselines(part, one, targets, one, seed=1)[1].predicted for one in (dense, sparse))
    assert first is not None
    assert second is not None
    scale = np.abs(first).max(axis=0)
    np.testing.assert_allclose(second / scale, first / scale, atol=1e-3)


def test_difficult_features(make: SimpleNamespace) -> None:
    rng = np.random.default_rng(0)
    n = 300
    raw = np.column_stack(
        [np.full(n, np.nan), rng.integers(0, 200, n), rng.normal(size=n), np.full(n, 3.0), np.ones(n)]
    )
    raw[::7, 2] = np.nan
    raw[1, 2], raw[2, 2] = np.inf, -np.inf
    features = Features(raw=raw, categorical=np.array([False, True, False, False, True]), scaled=raw[:, 2:3])
    truth = make.numbers("y", np.nan_to_num(raw[:, 2], posinf=1, neginf=-1))
    found = baselines(Regression(targets=("y",)).fitted([truth]), features, [truth], features, seed=0)
    assert all(result.predicted is not None and np.isfinite(result.predicted).all() for result in found)
    assert [result.note for result in found] == ["", "", ""]


def test_nothing_to_learn_from_is_said_and_not_hidden(make: SimpleNamespace) -> None:
    empty = Features(raw=np.full((20, 1), np.nan), categorical=np.array([False]), scaled=np.empty((20, 0)))
    truth = make.numbers("y", np.arange(20))
    found = baselines(Regression(targets=("y",)).fitted([truth]), empty, [truth], empty, seed=0)
    assert found[0].predicted is not None
    for result in found[1:]:
        assert result.predicted is None
        assert result.note == "failed: no feature has a value in the training part"


def test_one_class_in_training(make: SimpleNamespace) -> None:
    x = make.inputs(30)
    task = Multiclass(targets=("y",), classes=("a", "b", "c"))
    found = baselines(task, make.features(x), [make.classes("y", ["b"] * 30)], make.features(x[:3]), seed=0)
    for result in found:
        np.testing.assert_array_equal(result.predicted, [[0, 1, 0]] * 3)
    assert found[1].note == "saw a single class in training, and always answers that"


def test_not_converging_is_a_note_and_no_warning(make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.evaluation.learners.LINEAR_STEPS", 1)
    x = make.inputs(200)
    task, targets, _ = make.case("multiclass", x)
    found = baselines(task, make.features(x), targets, make.features(x), seed=0)
    assert found[1].note == "did not converge in the steps that it was given"
    assert found[1].predicted is not None


def test_large_data_are_subsampled_and_that_is_said(make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.evaluation.learners.FEWEST_ROWS", 100)
    monkeypatch.setattr("pellucid.evaluation.learners.LINEAR_WORK", 1)
    x = make.inputs(1200)
    task, targets, _ = make.case("poisson", x)
    found = baselines(task, make.features(x), targets, make.features(x), train_offset=np.zeros(1200), seed=0)
    assert found[1].note == "trained on 100 of 1,200 examples to stay quick"
    assert found[2].note == ""


def test_features_of_some_rows_are_enough(make: SimpleNamespace) -> None:
    x = make.inputs(400)
    task, targets, _ = make.case("binary", x)
    rows, test = np.arange(0, 400, 4), make.features(x[:50])
    found = baselines(task, make.features(x[rows]), targets, test, rows=rows, seed=0)
    some = [make.classes(target.name, target.values[rows]) for target in targets]
    alone = baselines(task, make.features(x[rows]), some, test, seed=0)
    assert found[0].predicted is not None
    assert found[0].predicted[0] == pytest.approx(task.encode(targets).mean())  # the constant knows all rows
    for one, other in zip(found[1:], alone[1:], strict=True):
        np.testing.assert_array_equal(one.predicted, other.predicted)
        assert one.note == "trained on 100 of 400 examples to stay quick"


def test_numerical_trouble_is_a_note_and_other_warnings_pass(
    make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trouble(*_: object) -> None:
        warnings.warn("overflow in exp\nand more", RuntimeWarning, stacklevel=1)
        warnings.warn("something else", UserWarning, stacklevel=1)
        raise ValueError

    monkeypatch.setattr("pellucid.evaluation.learners.Linear.regressor", trouble)
    x = make.inputs(30)
    task, targets, _ = make.case("regression", x)
    with pytest.warns(UserWarning, match="something else"):
        found = baselines(task, make.features(x), targets, make.features(x), seed=0)
    assert found[1].note == "failed: ValueError; numerical trouble: overflow in exp"


def test_predictions_that_are_not_finite_are_no_predictions(
    make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def fit(self, x: np.ndarray, y: np.ndarray) -> "Broken":
            return self

        def predict(self, x: np.ndarray) -> np.ndarray:
            return np.full(len(x), np.nan)

    monkeypatch.setattr("pellucid.evaluation.learners.Linear.regressor", lambda *_: Broken())
    x = make.inputs(30)
    task, targets, _ = make.case("regression", x)
    found = baselines(task, make.features(x), targets, make.features(x), seed=0)
    assert (found[1].predicted, found[1].note) == (None, "failed: its predictions are not finite")


def test_other_columns_in_the_test_part_are_refused(make: SimpleNamespace) -> None:
    x = make.inputs(30)
    task, targets, _ = make.case("binary", x)
    with pytest.raises(ShapeError, match="make both with the same transform"):
        baselines(task, make.features(x), targets, make.features(x[:, :2]), seed=0)


def test_importing_judging_imports_neither_scikit_learn_nor_torch() -> None:
    code = (
        "import sys, pellucid.evaluation.judging, pellucid.evaluation.comparison; "
        "print(sorted({'torch', 'sklearn', 'scipy', 'polars'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
