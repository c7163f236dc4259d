from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pellucid.evaluation.comparison import Comparison, Side, compare
from pellucid.evaluation.judging import judge
from pellucid.evaluation.settings import JudgingSettings
from pellucid.tasks.several import Several

FAST = JudgingSettings(bootstrap=200)
KINDS = ("binary", "multiclass", "multilabel", "regression", "poisson", "negative_binomial")


def side(make: SimpleNamespace, name: str, kind: str, noise: float = 0.0, *, kept: bool = True) -> Side:
    task, targets, logits = make.case(kind, make.inputs())
    logits = logits + noise * np.random.default_rng(1).normal(size=logits.shape)
    judged = make.judged(task, targets, logits)
    evaluation = judge(task, judged, settings=FAST, seed=0)
    return Side(name=name, evaluation=evaluation, task=task, judged=judged if kept else None)


def test_the_better_run_is_named(make: SimpleNamespace) -> None:
    found = compare(side(make, "old", "regression", 3.0), side(make, "new", "regression"), settings=FAST)
    assert isinstance(found, Comparison)
    assert [one.target for one in found.targets] == ["u", "v"]
    first = found.targets[0]
    assert first.main_score == "rmse"
    assert first.sentence.startswith("In RMSE of u, new is better than old beyond the noise (old ")
    difference = first.pairs[0].difference
    assert difference is not None
    assert difference.value > 0
    assert found.notes == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_against_itself_differs_by_nothing(make: SimpleNamespace, kind: str) -> None:
    found = compare(side(make, "a", kind), side(make, "a", kind), settings=FAST)
    for target in found.targets:
        assert "within the noise" in target.sentence
        for pair in target.pairs:
            assert pair.difference is None or pair.difference.value == 0
            assert pair.first == pair.second


def test_other_rows_stand_side_by_side(make: SimpleNamespace) -> None:
    first, second = side(make, "a", "binary"), side(make, "b", "binary", 1.0)
    assert second.judged is not None
    second = replace(second, judged=replace(second.judged, rows=second.judged.rows + 1))
    found = compare(first, second, settings=FAST)
    assert found.notes == (
        "the two were judged on different examples: the differences below also hold the luck of these",
    )
    assert all(pair.difference is None for pair in found.targets[0].pairs)
    assert found.targets[0].sentence.startswith("In ROC AUC of ill: a ")


def test_rows_that_were_not_kept(make: SimpleNamespace) -> None:
    found = compare(side(make, "a", "binary", kept=False), side(make, "b", "binary"), settings=FAST)
    assert found.notes == ("the predictions of single examples are not at hand: differences have no intervals",)
    assert found.targets[0].pairs[0].first == side(make, "a", "binary").evaluation.targets[0].network.scores[0]


def test_other_truth_is_another_set_of_rows(make: SimpleNamespace) -> None:
    first, second = side(make, "a", "poisson"), side(make, "b", "poisson")
    assert second.judged is not None
    changed = (make.numbers("visits", second.judged.truth[0].values + 1),)
    found = compare(first, replace(second, judged=replace(second.judged, truth=changed)), settings=FAST)
    assert "different examples" in found.notes[0]


def test_different_laws_of_counts_share_only_what_means_the_same(make: SimpleNamespace) -> None:
    found = compare(side(make, "a", "poisson"), side(make, "b", "negative_binomial"), settings=FAST)
    assert [pair.first.name for pair in found.targets[0].pairs] == ["rmse", "mae"]
    assert found.targets[0].main_score == "rmse"
    assert "are different tasks" in found.notes[0]


def test_negative_binomial_runs_are_measured_alike(make: SimpleNamespace) -> None:
    first = side(make, "a", "negative_binomial")
    second = replace(first, name="b", task=replace(first.task, dispersion=9.0))
    found = compare(first, second, settings=FAST)
    assert found.notes == ("visits: the deviance of both is measured with the dispersion that a learnt",)
    assert found.targets[0].pairs[0].first == found.targets[0].pairs[0].second


def test_only_targets_of_both_are_compared(make: SimpleNamespace) -> None:
    assert compare(side(make, "a", "binary"), side(make, "b", "regression"), settings=FAST).targets == ()


def test_other_classes_are_not_paired(make: SimpleNamespace) -> None:
    first = side(make, "a", "binary")
    assert first.judged is not None
    turned = replace(first.judged.predictions[0], classes=("yes", "no"))
    second = replace(first, name="b", judged=replace(first.judged, predictions=(turned,)))
    assert all(pair.difference is None for pair in compare(first, second, settings=FAST).targets[0].pairs)


def test_one_of_several_tasks_is_found(make: SimpleNamespace) -> None:
    x = make.inputs()
    (first, targets, logits), (second, others, other_logits) = make.case("binary", x), make.case("poisson", x)
    task = Several(targets=("ill", "visits"), tasks=(first, second))
    judged = make.judged(task, (*targets, *others), np.column_stack([logits, other_logits]))
    both = Side(name="a", evaluation=judge(task, judged, settings=FAST, seed=0), task=task, judged=judged)
    found = compare(both, side(make, "b", "poisson"), settings=FAST)
    assert [target.target for target in found.targets] == ["visits"]
    assert all(pair.difference is not None and pair.difference.value == 0 for pair in found.targets[0].pairs)
