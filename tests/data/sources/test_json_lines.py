"""JSON lines and arrays of records."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.json_lines import read_json_lines
from pellucid.foundation.errors import DataError


def written(folder: Path, text: str) -> Path:
    path = folder / "a.jsonl"
    path.write_text(text)
    return path


def test_records_with_gaps_and_nesting(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1, "b": {"c": "x"}}\n\n{"a": 2.5, "b": {"c": null}, "d": true}\n')
    data = read_json_lines(path, DataSettings(), ())
    assert data.frame.to_dict(as_series=False) == {"a": [1.0, 2.5], "b.c": ["x", None], "d": [None, True]}
    assert data.source_rows.tolist() == [1, 3]


def test_an_array_of_records(tmp_path: Path) -> None:
    assert read_json_lines(written(tmp_path, '[{"a": 1}, {"a": 2}]'), DataSettings(), ()).frame["a"].to_list() == [1, 2]


def test_a_broken_line_is_named_and_can_be_skipped(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}\n{"a": \n[2]\n{"a": 3}\n')
    with pytest.raises(DataError, match=r"in row 2: .*--skip-bad-rows"):
        read_json_lines(path, DataSettings(), ())
    data = read_json_lines(path, DataSettings(skip_bad_rows=True), ())
    assert data.frame["a"].to_list() == [1, 3]
    assert data.decisions[0].choice == "2 left out"


def test_an_array_of_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="to hold JSON records"):
        read_json_lines(written(tmp_path, "[1, 2]"), DataSettings(), ())


def test_lists_in_cells_are_left_out_and_said(tmp_path: Path) -> None:
    data = read_json_lines(written(tmp_path, '{"a": 1, "l": [1]}\n{"a": 2, "l": []}\n'), DataSettings(), ())
    assert data.frame.columns == ["a"]
    assert data.decisions[0].topic == "column l"


def test_a_field_of_several_types_becomes_text(tmp_path: Path) -> None:
    data = read_json_lines(written(tmp_path, '{"a": 1}\n{"a": "x"}\n'), DataSettings(), ())
    assert data.frame["a"].to_list() == ["1", "x"]
