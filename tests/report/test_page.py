"""What stands on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pellucid.report.page import page_of
from pellucid.report.view import ReportView

Views = dict[str, Callable[[], ReportView]]


def test_warnings_come_first(views: Views) -> None:
    page = page_of(views["binary"]())
    assert [decision.topic for decision in page.decisions] == ["column alive", "task", "split", "device"]
    assert [decision.topic for decision in page.warnings] == ["column alive"]


def test_columns_are_in_the_order_of_their_roles(views: Views) -> None:
    view = views["binary"]()
    page = page_of(replace(view, run=replace(view.run, columns=view.run.columns[::-1])))
    roles = [column.role for column in page.columns]
    assert roles == ["target", "feature", "feature", "feature", "unused"]


def test_navigation_names_the_targets_only_when_there_are_several(views: Views) -> None:
    assert [section.title for section in page_of(views["several"]()).sections][4:8] == [
        "How good it is",
        "survived",
        "fare paid",
        "class",
    ]
    assert [section.id for section in page_of(views["binary"]()).sections] == [
        *("data", "decisions", "network", "training", "results", "target-0-mistakes", "reproduce")
    ]


def test_the_task_is_shown_with_its_loss(views: Views) -> None:
    titles = [(part.targets, part.loss.title) for part in page_of(views["several"]()).tasks]
    assert titles == [("survived", "binary cross-entropy"), ("fare paid", "squared error"), ("class", "cross-entropy")]


def test_pictures_of_other_rows_are_left_out(views: Views) -> None:
    view = views["pictures"]()
    page = page_of(replace(view, pictures={**view.pictures, 10**6: next(iter(view.pictures.values()))}))
    assert set(page.targets[0].thumbnails) == set(view.pictures)


def test_varied_pictures_become_small_pictures_in_rows(views: Views) -> None:
    view = views["pictures"]()
    assert page_of(view).varied == ()
    rows = page_of(replace(view, varied=np.zeros((2, 7, 3, 200, 100), np.uint8))).varied
    assert [len(row) for row in rows] == [7, 7]
    assert all(picture.startswith("data:image/png;base64,") for row in rows for picture in row)


def test_a_run_that_has_hardly_begun_has_a_page(views: Views) -> None:
    view = views["unfinished"]()
    run = replace(view.run, task=None, network=None, resolved=None, columns=(), decisions=(), parts={})
    page = page_of(ReportView(run=run))
    assert [section.id for section in page.sections] == ["data", "reproduce"]
    assert page.tasks == ()


def test_small_print_shows_settings_as_people_read_them(views: Views) -> None:
    groups = {group.title: dict(group.pairs) for group in page_of(views["binary"]()).groups}
    assert groups["Training settings, as used"]["learning rate"] == "0.04"
    assert groups["Machine"]["seed"] == "0"
    assert groups["Time"]["train"] == "6.4 s"
