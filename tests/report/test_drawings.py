"""Which figures a run has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.evaluation.forecast_curves import EXAMPLES
from pellucid.evaluation.forecast_records import ForecastCurves, ForecastExample, StepErrors
from pellucid.evaluation.records import Curves
from pellucid.report import drawings, words
from pellucid.report.view import ReportView
from pellucid.training.records import EpochRecord

Views = dict[str, Callable[[], ReportView]]


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("binary", ["confusion-0", "roc", "precision", "calibration", "threshold"]),
        ("pictures", ["confusion-0", "roc", "precision", "calibration"]),
        ("multilabel", ["confusion-0", "confusion-1", "confusion-2", "roc", "precision", "calibration"]),
        ("regression", ["truth", "residuals"]),
        ("counts", ["truth", "residuals", "frequencies"]),
    ],
)
def test_figures_of_each_task(views: Views, name: str, figures: list[str]) -> None:
    evaluation = views[name]().evaluation
    assert evaluation is not None
    drawn = drawings.of_target(evaluation.targets[0], "x")
    assert [one.id for one in drawn] == [f"x-{figure}" for figure in figures]
    assert [one.wide for one in drawn] == [False] * (len(drawn) - 1) + [len(drawn) % 2 == 1]


@pytest.mark.parametrize(
    ("origins", "titles"),
    [
        (1, ["A forecast: from now"]),
        (2, ["A forecast: from now"] * 2),
        (10, ["One of the best forecasts: from now", "A typical forecast: from now", "The worst forecast: from now"]),
    ],
)
def test_forecasts_are_called_what_they_are(origins: int, titles: list[str], views: Views) -> None:
    """With the ranks 0.05, 0.5, 0.95 and 1 of so few origins, the last two are the same forecast."""
    example = ForecastExample(row=0, label="now", history=(), truth=(1.0,), quantiles=((0.0,), (1.0,), (2.0,)))
    shown = len({round(rank * (origins - 1)) for rank in EXAMPLES})
    curves = ForecastCurves(
        levels=(0.1, 0.5, 0.9),
        below=(0.1, 0.5, 0.9),
        coverage=(0.8,),
        by_step=(StepErrors(name="this network", errors=(1.0,)),),
        examples=(example,) * shown,
    )
    evaluation = views["regression"]().evaluation
    assert evaluation is not None
    report = replace(evaluation.targets[0], curves=Curves(forecast=curves))
    assert [one.title for one in drawings.of_target(report, "x")][2:] == titles


def test_training_shows_loss_scores_and_rate(views: Views) -> None:
    drawn = drawings.of_training(views["binary"]())
    assert [one.title for one in drawn] == ["Loss, epoch by epoch", "Accuracy", "Learning rate"]
    assert [one.wide for one in drawn] == [True, False, False]
    assert "by heart" in drawn[0].caption


def test_a_constant_rate_is_not_drawn_but_said(views: Views) -> None:
    view = views["binary"]()
    constant = replace(view, history=tuple(replace(epoch, rate=0.01) for epoch in view.history))
    assert [one.title for one in drawings.of_training(constant)] == ["Loss, epoch by epoch", "Accuracy"]
    assert words.training(constant).endswith("The learning rate was 0.01 throughout.")


def test_scores_while_training_have_the_titles_of_the_scores_at_the_end(views: Views) -> None:
    assert drawings.of_training(views["regression"]())[1].title == "RMSE"


def test_scores_of_several_targets_keep_the_names_of_their_targets(views: Views) -> None:
    view = replace(views["regression"](), history=tuple(history_of("House_Value: rmse")))
    assert drawings.of_training(view)[1].title == "House_Value: RMSE"


def history_of(name: str) -> list[EpochRecord]:
    return [
        EpochRecord(epoch=epoch, train_loss=1.0, validation_loss=1.0, scores={name: 2.0}, rate=0.1, seconds=1.0)
        for epoch in (1, 2)
    ]


def test_one_epoch_and_one_contender_are_not_worth_a_figure(views: Views) -> None:
    bare = views["bare"]()
    assert bare.evaluation is not None
    assert drawings.of_training(bare) == ()
    assert drawings.comparison(bare.evaluation.targets[0], "x") is None


def test_a_target_without_curves_has_no_figures(views: Views) -> None:
    evaluation = views["regression"]().evaluation
    assert evaluation is not None
    report = evaluation.targets[0]
    assert drawings.of_target(replace(report, curves=replace(report.curves, residuals=None)), "x") == ()


@given(st.dictionaries(st.text(), st.lists(st.text())))
def test_safe_json_decodes_to_the_same_and_cannot_end_a_script(value: object) -> None:
    safe = drawings.script_safe(json.dumps(value))
    assert json.loads(safe) == value
    assert "<" not in safe
