from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from pellucid.evaluation.binary import BinarySheet
from pellucid.evaluation.multiclass import MulticlassSheet
from pellucid.evaluation.multilabel import MultilabelSheet
from pellucid.evaluation.quantities import CountSheet, NumberSheet
from pellucid.evaluation.scores import ScoreTable, sheet_of
from pellucid.tasks.catalogue import TASKS

SHEETS = (BinarySheet, MulticlassSheet, MultilabelSheet, NumberSheet, CountSheet)


def table(sheets: dict[str, BinarySheet], bootstrap: int = 200) -> ScoreTable:
    return ScoreTable.of(sheets, bootstrap=bootstrap, confidence=0.95, seed=0)


def binary(noise: float, n: int = 300, seed: int = 0) -> BinarySheet:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    return BinarySheet.of(truth, np.clip(truth * (1 - noise) + noise * rng.random(n), 0, 1))


def test_every_score_has_its_value_within_its_interval() -> None:
    for score in table({"a": binary(0.8)}).scores("a"):
        assert score.value is not None
        assert score.low is not None
        assert score.high is not None
        assert score.low <= score.value <= score.high


def test_no_resamples_no_intervals() -> None:
    made = table({"a": binary(0.8)}, bootstrap=0)
    assert made.resamples == 0
    assert all(score.low is None and score.high is None and score.value is not None for score in made.scores("a"))


def test_undefined_is_none_and_never_nan() -> None:
    made = table({"a": BinarySheet.of(np.ones(20, dtype=np.int64), np.linspace(0, 1, 20))})
    found = {score.name: score for score in made.scores("a")}
    assert found["roc_auc"].value is None
    assert found["roc_auc"].low is None
    assert found["specificity"].value is None


def test_same_seed_same_intervals() -> None:
    assert table({"a": binary(0.8)}).scores("a") == table({"a": binary(0.8)}).scores("a")


def test_a_clear_difference_is_seen_and_paired() -> None:
    made = table({"good": binary(0.6), "bad": binary(1.0)})
    found = made.difference("good", "bad", "accuracy")
    assert found is not None
    assert found.verdict == "better"
    assert found.value == pytest.approx(made.points["good"][0] - made.points["bad"][0])
    back = made.difference("bad", "good", "accuracy")
    assert back is not None
    assert back.verdict == "worse"
    lower = made.difference("good", "bad", "log_loss")
    assert lower is not None
    assert (lower.value < 0, lower.verdict) == (True, "better")  # a lower loss is better


def test_the_same_predictions_differ_by_nothing() -> None:
    found = table({"a": binary(0.8), "b": binary(0.8)}).difference("a", "b", "accuracy")
    assert found is not None
    assert (found.value, found.low, found.high, found.verdict) == (0.0, 0.0, 0.0, "noise")


def test_without_intervals_every_difference_is_noise() -> None:
    found = table({"a": binary(0.0), "b": binary(1.0)}, bootstrap=0).difference("a", "b", "accuracy")
    assert found is not None
    assert (found.low, found.verdict) == (None, "noise")


def test_no_difference_to_who_is_not_there_or_has_no_value() -> None:
    made = table({"a": binary(0.8)})
    assert made.difference("a", "nobody", "accuracy") is None
    assert made.scores("nobody") == ()
    one_class = BinarySheet.of(np.ones(20, dtype=np.int64), np.linspace(0, 1, 20))
    assert table({"a": one_class, "b": one_class}).difference("a", "b", "roc_auc") is None


@pytest.mark.parametrize("sheet", SHEETS)
def test_definitions_are_complete(sheet: type) -> None:
    names = [definition.name for definition in sheet.definitions]
    assert len(set(names)) == len(names)
    for definition in sheet.definitions:
        assert definition.meaning.endswith(".")
        assert definition.title
        if definition.name.endswith(("_loss", "_error")):
            assert definition.higher_is_better is False


def test_every_task_has_its_main_score(make: SimpleNamespace) -> None:
    x = make.inputs(40)
    for task in TASKS:
        if task.kind in ("several", "forecast"):  # the scores of a forecast are in test_forecast_sheet
            continue
        one = np.abs(x[:, 0]).round()
        truth, predicted = {
            "binary": (one > 0, np.full(40, 0.5)),
            "multiclass": (np.arange(40) % 3, np.full((40, 3), 1 / 3)),
            "multilabel": ((x > 0).astype(int), np.full((40, 3), 0.5)),
        }.get(task.kind, (one, np.ones(40)))
        sheet = sheet_of(task.kind, np.asarray(truth), predicted, np.ones(40), 0.0)
        assert task.main_score in {definition.name for definition in sheet.definitions}


def test_ten_thousand_rows_take_little_time() -> None:
    import time

    sheet = binary(0.8, n=10_000)
    start = time.process_time()
    made = ScoreTable.of({"a": sheet}, bootstrap=1000, confidence=0.95, seed=0)
    assert time.process_time() - start < 2.0
    assert made.resamples == 1000
    accuracy = made.scores("a")[0]
    assert accuracy.value == pytest.approx(
        accuracy_score(sheet.columns[:, 0] + sheet.columns[:, 2], sheet.columns[:, 0] + sheet.columns[:, 1])
    )
