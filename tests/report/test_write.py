"""From a run folder to its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from pellucid.foundation.errors import RunFolderError
from pellucid.report.view import ReportView
from pellucid.report.write import PICTURES, VARIED, view_of, write_report
from pellucid.runs.folder import RunFolder

Views = dict[str, Callable[[], ReportView]]


def saved(view: ReportView, path: Path) -> RunFolder:
    folder = RunFolder(path)
    folder.write_record(view.run)
    folder.write_history(view.history)
    if view.evaluation:
        folder.write_scores(view.evaluation)
    if view.pictures:
        save_file({str(row): picture for row, picture in view.pictures.items()}, path / PICTURES)
    return folder


@pytest.mark.parametrize("name", ["binary", "pictures", "unfinished"])
def test_the_view_is_what_the_folder_holds(views: Views, name: str, tmp_path: Path) -> None:
    view = views[name]()
    found = view_of(saved(view, tmp_path))
    assert found.evaluation == view.evaluation
    assert found.history == view.history
    assert found.run.name == view.run.name
    assert found.pictures.keys() == view.pictures.keys()
    assert all((found.pictures[row] == picture).all() for row, picture in view.pictures.items())


def test_the_report_is_written_into_the_folder(views: Views, tmp_path: Path) -> None:
    path = write_report(saved(views["binary"](), tmp_path))
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("content", [b"junk", None])
def test_damaged_pictures_are_named(views: Views, tmp_path: Path, content: bytes | None) -> None:
    folder = saved(replace(views["unfinished"](), pictures={}), tmp_path)
    if content is None:
        save_file({"no row": np.zeros((1, 2, 2), np.uint8)}, tmp_path / PICTURES)
    else:
        (tmp_path / PICTURES).write_bytes(content)
    with pytest.raises(RunFolderError, match=r"pellucid expected .*mistakes\.safetensors to hold pictures by row"):
        view_of(folder)


def test_varied_pictures_are_read_where_there_are_any(views: Views, tmp_path: Path) -> None:
    folder = saved(views["unfinished"](), tmp_path)
    assert view_of(folder).varied is None
    grid = np.arange(24, dtype=np.uint8).reshape(2, 3, 1, 2, 2)
    folder.write_varied(grid)
    found = view_of(folder).varied
    assert found is not None
    np.testing.assert_array_equal(found, grid)
    (tmp_path / VARIED).write_bytes(b"junk")
    with pytest.raises(RunFolderError, match=r"varied\.safetensors to hold pictures"):
        view_of(folder)


def test_no_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="pellucid expected a run folder"):
        write_report(RunFolder(tmp_path))
