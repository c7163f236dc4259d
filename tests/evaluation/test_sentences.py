from types import SimpleNamespace

import numpy as np
import pytest

from pellucid.evaluation.baselines import BaselineResult
from pellucid.evaluation.forecasts import Judged
from pellucid.evaluation.judging import judge
from pellucid.evaluation.settings import JudgingSettings
from pellucid.tasks.binary import Binary
from pellucid.tasks.task import Prediction


def told(
    make: SimpleNamespace,
    truth: np.ndarray,
    p: np.ndarray,
    beside: dict[str, np.ndarray | None],
    part: str = "test",
    bootstrap: int = 200,
) -> str:
    task = Binary(targets=("ill",), classes=("no", "yes"))
    values = np.where(p >= 0.5, "yes", "no").astype(object)
    prediction = Prediction(
        target="ill", values=values, probabilities=np.column_stack([1 - p, p]), classes=("no", "yes")
    )
    judged = Judged(
        truth=(make.classes("ill", ["yes" if one else "no" for one in truth]),),
        predictions=(prediction,),
        rows=np.arange(len(p)),
    )
    results = [
        BaselineResult(name=name, predicted=predicted, seconds=0.1, note="" if predicted is not None else "failed: x")
        for name, predicted in beside.items()
    ]
    settings = JudgingSettings(bootstrap=bootstrap)
    return judge(task, judged, settings=settings, seed=0, part=part, beside={("ill",): results}).targets[0].sentence


TRUTH = np.arange(300) % 5 < 2  # 40 % are ill
CONSTANT = np.full(300, 0.4)


def right(share: float) -> np.ndarray:
    wrong = np.random.default_rng(0).permutation(300) >= 300 * share
    return np.where(TRUTH ^ wrong, 0.9, 0.1)


def test_the_sentence_of_an_ordinary_run(make: SimpleNamespace) -> None:
    beside = {"always the commonest class": CONSTANT, "linear model": right(0.7), "boosted trees": right(0.92)}
    assert told(make, TRUTH, right(0.94), beside, bootstrap=0) == (
        "On 300 rows that it never saw, the network is right 94.0 % of the time; always answering 'no' 60.0 %; "
        "the linear model 70.0 %; boosted trees 92.0 %: too few rows to tell the network from boosted trees."
    )


def test_intervals_and_verdicts(make: SimpleNamespace) -> None:
    better = told(make, TRUTH, right(0.94), {"linear model": right(0.7)})
    assert "94.0 % of the time (95 % interval 9" in better
    assert better.endswith(": the network did better than the linear model, beyond the noise.")
    worse = told(make, TRUTH, right(0.7), {"boosted trees": right(0.95), "linear model": right(0.7)})
    assert worse.endswith(": boosted trees did better than the network, beyond the noise.")
    same = told(make, TRUTH, right(0.9), {"boosted trees": right(0.9)})
    assert same.endswith(": the difference to boosted trees is within the noise.")


def test_a_network_that_has_learnt_nothing(make: SimpleNamespace) -> None:
    guess = np.random.default_rng(1).random(300)
    text = told(make, TRUTH, guess, {"always the commonest class": CONSTANT})
    assert text.endswith(
        "So far it does not beat always answering 'no' beyond the noise: these rows show nothing that it learnt."
    )


def test_accuracy_that_misleads(make: SimpleNamespace) -> None:
    rare = np.arange(400) % 20 == 0
    p = np.clip(0.3 * rare + 0.4 * np.random.default_rng(0).random(400), 0, 1)
    text = told(make, rare, p, {"always the commonest class": np.full(400, 0.05)})
    assert "ranks a random 'yes' above a random other row " in text
    assert "guessing: 50 %" in text
    assert text.endswith("Accuracy misleads here: always answering 'no' is right 95.0 % of the time.")


def test_baselines_that_failed_are_not_spoken_of(make: SimpleNamespace) -> None:
    assert "linear" not in told(make, TRUTH, right(0.9), {"linear model": None})


@pytest.mark.parametrize(
    ("part", "start"),
    [
        ("validation", "On 300 rows by which its training was watched, which may flatter it"),
        ("train", "On 300 rows that it learnt from, which flatters it"),
        ("new.csv", "On 300 rows of new.csv"),
    ],
)
def test_other_parts(make: SimpleNamespace, part: str, start: str) -> None:
    assert told(make, TRUTH, right(0.9), {}, part=part).startswith(start + ", the network is right")


def test_one_row_and_one_class(make: SimpleNamespace) -> None:
    text = told(make, np.array([True]), np.array([0.8]), {})
    assert text == "On one row that it never saw, the network is right 100.0 % of the time."


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("multiclass", "the network is right"),
        ("multilabel", "the network reaches a micro F1 of"),
        ("regression", "the network is off by"),
        ("poisson", "the network leaves a mean deviance of"),
    ],
)
def test_every_kind_of_task(make: SimpleNamespace, kind: str, start: str) -> None:
    task, targets, logits = make.case(kind, make.inputs())
    evaluation = judge(task, make.judged(task, targets, logits), settings=JudgingSettings(bootstrap=100), seed=0)
    for report in evaluation.targets:
        assert f"On 120 rows that it never saw, {start} " in report.sentence
        assert report.sentence.endswith(").")
