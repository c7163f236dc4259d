from types import SimpleNamespace

import numpy as np
import pytest

from pellucid.evaluation.baselines import baselines
from pellucid.evaluation.judging import judge
from pellucid.evaluation.records import Evaluation
from pellucid.evaluation.settings import JudgingSettings
from pellucid.foundation.errors import DataError
from pellucid.tasks.several import Several
from pellucid.tasks.task import Task

KINDS = ("binary", "multiclass", "multilabel", "regression", "poisson", "negative_binomial")
FAST = JudgingSettings(bootstrap=100)


def with_baselines(make: SimpleNamespace, kind: str) -> tuple[Task, Evaluation]:
    x = make.inputs()
    task, targets, logits = make.case(kind, x)
    features = make.features(x)
    beside = {part.targets: baselines(part, features, targets, features, seed=0) for part in task.parts}
    judged = make.judged(task, targets, logits)
    return task, judge(
        task, judged, settings=FAST, seed=0, beside=beside, validation=judged, describe=lambda i: {"x": str(i)}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_judging(make: SimpleNamespace, kind: str) -> None:
    task, evaluation = with_baselines(make, kind)
    assert (evaluation.part, evaluation.rows, evaluation.bootstrap) == ("test", 120, 100)
    assert len(evaluation.targets) == (2 if kind == "regression" else 1)
    for report in evaluation.targets:
        assert report.task == kind
        assert report.title == task.title
        assert [contender.kind for contender in report.contenders] == ["network", *["baseline"] * 3]
        names = [[score.name for score in contender.scores] for contender in report.contenders]
        assert names == [names[0]] * 4
        assert report.main_score in names[0]
        assert report.network.difference is None
        assert all(contender.difference is not None for contender in report.contenders[1:])
        assert all(mistake.row >= 1000 and mistake.features for mistake in report.mistakes)
        sizes = [mistake.size for mistake in report.mistakes]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes
        assert (report.curves.residuals is not None) == (kind in ("regression", "poisson", "negative_binomial"))
        assert (report.curves.frequencies is not None) == (kind in ("poisson", "negative_binomial"))
        assert bool(report.curves.confusion) == (kind in ("binary", "multiclass", "multilabel"))


def test_each_number_is_judged_with_its_own_predictions(make: SimpleNamespace) -> None:
    _, evaluation = with_baselines(make, "regression")
    first, second = (report.network.score("mae") for report in evaluation.targets)
    assert [report.target for report in evaluation.targets] == ["u", "v"]
    assert first is not None
    assert second is not None
    assert first.value is not None
    assert second.value is not None
    assert 1e4 * first.value < second.value  # v is measured in millionths


def test_the_constant_of_classes_says_what_it_answers(make: SimpleNamespace) -> None:
    notes = {
        kind: with_baselines(make, kind)[1].targets[0].contenders[1].note
        for kind in ("binary", "multiclass", "poisson")
    }
    assert notes["binary"] in ("answering 'yes'", "answering 'no'")
    assert notes["multiclass"].startswith("answering '")
    assert notes["poisson"] == ""


def test_targets_of_several_kinds(make: SimpleNamespace) -> None:
    x = make.inputs()
    (first, targets, logits), (second, others, other_logits) = make.case("binary", x), make.case("poisson", x)
    task = Several(targets=("ill", "visits"), tasks=(first, second))
    judged = make.judged(task, (*targets, *others), np.column_stack([logits, other_logits]))
    evaluation = judge(task, judged, settings=FAST, seed=0)
    assert [(report.target, report.task) for report in evaluation.targets] == [("ill", "binary"), ("visits", "poisson")]
    alone = judge(first, make.judged(first, targets, logits), settings=FAST, seed=0)
    assert alone.targets[0] == evaluation.targets[0]


def test_exposure_enters_the_null_model_of_counts(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("poisson", make.inputs())
    offset = np.linspace(-1, 1, 120)
    with_offset, without = (
        make.judged(task, targets, logits, offset),
        make.judged(task, targets, logits + offset[:, None]),
    )
    first, second = (
        judge(task, one, settings=FAST, seed=0).targets[0].network.scores for one in (with_offset, without)
    )
    by_name = [{score.name: score.value for score in scores} for scores in (first, second)]
    assert by_name[0]["rmse"] == pytest.approx(by_name[1]["rmse"])  # the same means
    assert by_name[0]["d2"] != pytest.approx(by_name[1]["d2"])  # against another null model


def test_a_failed_baseline_stays_in_the_table(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("binary", make.inputs())
    features = make.features(np.full((120, 1), np.nan))
    beside = {
        ("ill",): baselines(
            task,
            type(features)(raw=features.raw, categorical=features.categorical, scaled=np.empty((120, 0))),
            targets,
            type(features)(raw=features.raw, categorical=features.categorical, scaled=np.empty((120, 0))),
            seed=0,
        )
    }
    report = judge(task, make.judged(task, targets, logits), settings=FAST, seed=0, beside=beside).targets[0]
    assert [contender.scores == () for contender in report.contenders] == [False, False, True, True]
    assert report.contenders[2].note == "failed: no feature has a value in the training part"
    assert report.contenders[2].difference is None


@pytest.mark.parametrize("kind", KINDS)
def test_one_row(make: SimpleNamespace, kind: str) -> None:
    x = make.inputs()
    task, targets, logits = make.case(kind, x)
    first = tuple(type(one)(name=one.name, kind=one.kind, values=one.values[:1]) for one in targets)
    evaluation = judge(task, make.judged(task, first, logits[:1]), settings=FAST, seed=0)
    for report in evaluation.targets:
        assert report.rows == 1
        assert report.main is not None
        assert all(score.low is None for score in report.network.scores)
        assert "too few rows for intervals" in report.notes
        assert report.sentence.startswith("On one row")


def test_what_examples_are_called(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("binary", make.inputs())
    first = tuple(type(one)(name=one.name, kind=one.kind, values=one.values[:1]) for one in targets)
    many, one = (
        judge(task, judged, settings=FAST, seed=0, noun=("clip", "clips")).targets[0]
        for judged in (make.judged(task, targets, logits), make.judged(task, first, logits[:1]))
    )
    assert many.sentence.startswith("On 120 clips that it never saw")
    assert one.sentence.startswith("On one clip that it never saw")
    assert {"too few clips for intervals", "few clips: another 1 could give quite different scores"} < set(one.notes)
    assert "row" not in " ".join((many.sentence, one.sentence, *many.notes, *one.notes))


def test_a_part_with_one_class_says_so(make: SimpleNamespace) -> None:
    task, _, logits = make.case("binary", make.inputs())
    judged = make.judged(task, (make.classes("ill", ["no"] * 120),), logits)
    report = judge(task, judged, settings=FAST, seed=0).targets[0]
    assert report.notes == ("all rows are no: scores that need both classes do not exist",)
    assert report.main is not None
    assert report.main.value is None
    assert "is right" in report.sentence


def test_absent_classes_are_named(make: SimpleNamespace) -> None:
    task, _, logits = make.case("multiclass", make.inputs())
    judged = make.judged(task, (make.classes("colour", ["red", "green"] * 60),), logits)
    assert judge(task, judged, settings=FAST, seed=0).targets[0].notes == (
        "no row of blue: what concerns them could not be judged",
    )


def test_many_rows_get_fewer_resamples_and_that_is_said(make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.evaluation.bootstrap.MOST_CELLS", 120 * 300)
    task, targets, logits = make.case("regression", make.inputs())
    settings = JudgingSettings(bootstrap=1000)
    report = judge(task, make.judged(task, targets, logits), settings=settings, seed=0).targets[0]
    assert report.notes == ("intervals rest on 300 resamples and not on 1000, because there are so many rows",)


def test_too_many_classes_for_a_confusion_table_are_said(
    make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pellucid.evaluation.judging.MOST_CONFUSED", 2)
    task, targets, logits = make.case("multiclass", make.inputs())
    report = judge(task, make.judged(task, targets, logits), settings=FAST, seed=0).targets[0]
    assert report.notes == ("the confusion table of 3 classes is too large to be shown",)


def test_pictures_are_named(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("multiclass", make.inputs())
    judged = make.judged(task, targets, logits)
    report = judge(task, judged, settings=FAST, seed=0, picture=lambda i: f"{i}.png").targets[0]
    assert report.mistakes[0].picture == f"{report.mistakes[0].row - 1000}.png"


def test_same_seed_same_evaluation(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("multilabel", make.inputs())
    first, second = (judge(task, make.judged(task, targets, logits), settings=FAST, seed=0).targets for _ in range(2))
    assert first == second


def test_no_rows_are_refused(make: SimpleNamespace) -> None:
    task, _, logits = make.case("binary", make.inputs())
    none = make.judged(task, (make.classes("ill", []),), logits[:0])
    with pytest.raises(DataError, match="at least one row, got none: choose a larger test part"):
        judge(task, none, settings=FAST, seed=0)
