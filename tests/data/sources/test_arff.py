"""ARFF files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.arff import is_arff, read_arff
from pellucid.foundation.errors import DataError

HEADER = """% a comment
@relation 'some thing'
@attribute 'left weight' numeric
@attribute kind { '<0', "a b", plain, it\\'s }
@attribute note string
@attribute day date "yyyy-MM-dd"
@attribute code {0, 1}
@DATA
"""


def written(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "a.arff"
    path.write_text(header + rows)
    return path


def test_declared_types(tmp_path: Path) -> None:
    path = written(tmp_path, "1.5,'<0','a, b',2020-01-31,1\n% remark\n?,'a b',?,?,0\n2, plain,'it\\'s',2020-02-01,?\n")
    data = read_arff(path, DataSettings(), ())
    assert data.frame["left weight"].to_list() == [1.5, None, 2.0]
    assert data.frame["kind"].to_list() == ["<0", "a b", "plain"]
    assert isinstance(data.frame["kind"].dtype, pl.Enum)
    assert data.frame["note"].to_list() == ["a, b", None, "it's"]
    assert data.frame["day"][0] == datetime(2020, 1, 31)
    assert data.frame["code"].to_list() == [
        "1",
        "0",
        None,
    ]  # declared nominal: a category, whatever its values look like
    assert data.source_rows.tolist() == [9, 11, 12]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("{0 1.5, 1 '<0'}\n", "got sparse ones in braces"),
        ("1,wrong,?,?,0\n", "expected kind in a.arff to be nominal as declared, got 'wrong' in row 9"),
        ("x,'<0',?,?,0\n", "expected left weight in a.arff to be numeric as declared, got 'x' in row 9"),
    ],
)
def test_what_does_not_fit_the_declarations(tmp_path: Path, rows: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_arff(written(tmp_path, rows), DataSettings(), ())


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("@relation r\n@attribute a numeric\n", "expected a line @data"),
        ("@relation r\n@attribute a\n@data\n", "expected @attribute NAME TYPE"),
        ("@relation r\n@attribute a relational\n@data\n", "got 'relational'"),
    ],
)
def test_a_broken_header_is_an_error(tmp_path: Path, header: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_arff(written(tmp_path, "1\n", header), DataSettings(), ())


def test_recognised_by_ending_or_content(tmp_path: Path) -> None:
    named = tmp_path / "a.arff"
    named.write_text("x")
    unnamed = tmp_path / "a.txt"
    unnamed.write_text("@RELATION r\n")
    other = tmp_path / "b.txt"
    other.write_text("a,b\n")
    assert is_arff(named)
    assert is_arff(unnamed)
    assert not is_arff(other)
    assert not is_arff("a.arff")
