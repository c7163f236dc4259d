"""Sentences of the report, read by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pellucid.report import words
from pellucid.report.view import ReportView

Views = dict[str, Callable[[], ReportView]]


def test_parts_and_purpose(views: Views) -> None:
    run = views["binary"]().run
    assert words.parts(run) == (
        "The network learns from 570 rows. 143 more watch over it, and it never learns from them. "
        "The scores below come from 178 rows that it meets only at the very end."
    )
    assert words.parts(replace(run, parts={"train": 9})) == (
        "The network learns from 9 rows. No rows are kept for validation, so the weights of the last epoch count."
    )


def test_data(views: Views) -> None:
    assert words.data(views["binary"]().run) == (
        "titanic.csv holds 891 rows and 5 columns. From 3 columns the network predicts survived; 1 column is set aside."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stopped": "patience"}, "60 epochs in 6.4 s: stopped early, since nothing improved"),
        ({"stopped": "diverged"}, "broken off, since the loss was no longer a number."),
        ({"best_epoch": 0}, "No epoch was better than the start"),
        ({"stopped": "tired"}, "60 epochs in 6.4 s: tired."),
        ({}, "It did best on the validation part after epoch 37; those weights were kept."),
    ],
)
def test_training(views: Views, change: dict[str, object], said: str) -> None:
    view = views["binary"]()
    trained = replace(view.run.trained, **change)  # type: ignore[type-var]
    assert said in words.training(replace(view, run=replace(view.run, trained=trained)))


def test_the_last_weights_are_kept_when_asked_for(views: Views) -> None:
    view = views["binary"]()
    run = replace(view.run, resolved=replace(view.run.resolved, select="last"))  # type: ignore[type-var]
    assert "The last weights were kept" in words.training(replace(view, run=run))


def test_training_that_has_not_ended(views: Views) -> None:
    assert words.training(views["unfinished"]()) == "Training has not ended; 5 epochs are recorded so far."


@pytest.mark.parametrize(
    ("part", "said"),
    [("train", "how well it remembers"), ("validation", "a little too good"), ("new.csv", "of new.csv.")],
)
def test_scores_of_other_parts_come_with_a_caution(views: Views, part: str, said: str) -> None:
    view = views["binary"]()
    assert view.evaluation is not None
    assert said in words.judged(replace(view, evaluation=replace(view.evaluation, part=part)))


def test_intervals_are_explained_only_where_there_are_some(views: Views) -> None:
    assert "drawn anew 100 times" in words.intervals(views["binary"]())
    assert words.intervals(views["bare"]()) == ""
    assert words.intervals(views["unfinished"]()) == ""
    assert words.judged(views["unfinished"]()) == ""


def test_notices_for_runs_that_went_wrong(views: Views) -> None:
    view = views["binary"]()
    assert words.notices(view) == []
    trained = replace(view.run.trained, stopped="diverged")  # type: ignore[type-var]
    (said,) = words.notices(replace(view, run=replace(view.run, trained=trained)))
    assert said.startswith("Training diverged after 60 epochs")


def test_a_title_names_the_first_targets_only(views: Views) -> None:
    run = views["binary"]().run
    many = tuple(replace(run.columns[0], name=f"t{place}") for place in range(6))
    assert words.title(replace(run, columns=many)) == "t0, t1, t2 and 3 more"
    assert words.title(replace(run, columns=())) == "survived"


def test_the_headline_score_has_the_digits_of_its_interval(views: Views) -> None:
    evaluation = views["binary"]().evaluation
    assert evaluation is not None
    report = evaluation.targets[0]
    name, value, interval = words.headline_score(report) or ("", "", "")
    assert (name, value) == ("ROC AUC", f"{report.main.value:.3f}")  # type: ignore[union-attr]
    assert interval == f"{report.main.low:.3f} to {report.main.high:.3f}"  # type: ignore[union-attr]
    assert words.headline_score(replace(report, main_score="none such")) is None
