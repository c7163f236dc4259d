"""What a report is made from."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.report.view import ReportView


def test_only_the_record_of_the_run_is_compulsory(views: dict[str, Callable[[], ReportView]]) -> None:
    view = ReportView(run=views["binary"]().run)
    assert (view.history, view.evaluation, dict(view.pictures)) == ((), None, {})
