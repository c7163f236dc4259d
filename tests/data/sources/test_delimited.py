"""Reading text files of rows end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.delimited import read_delimited
from pellucid.data.text import scanning
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column


def read(folder: Path, text: str, **settings: object) -> Dataset:
    path = folder / "table.csv"
    path.write_text(text, newline="")
    return read_delimited(path, DataSettings(**settings), ())  # type: ignore[arg-type]


def test_header_types_and_row_numbers(tmp_path: Path) -> None:
    data = read(tmp_path, "name,size\nx,1\ny,?\n")
    assert data.frame.to_dict(as_series=False) == {"name": ["x", "y"], "size": [1, None]}
    assert data.source_rows.tolist() == [2, 3]
    assert not data.decisions


def test_no_header(tmp_path: Path) -> None:
    data = read(tmp_path, " x,1\n ?,2\n x,3\n")
    assert data.frame.to_dict(as_series=False) == {"column_1": ["x", None, "x"], "column_2": [1, 2, 3]}
    assert data.source_rows.tolist() == [1, 2, 3]


def test_quotes_newlines_and_doubled_quotes(tmp_path: Path) -> None:
    data = read(tmp_path, 'text,n\r\n"a, b",1\r\n"c\nd",2\r\n"say ""hi""",3\r\n')
    assert data.frame["text"].to_list() == ["a, b", "c\nd", 'say "hi"']
    assert data.frame["n"].to_list() == [1, 2, 3]
    assert data.source_rows.tolist() == [2, 3, 5]


def test_blanks_before_quotes(tmp_path: Path) -> None:
    data = read(tmp_path, 'a, b\n1, "x, y"\n2, "z"\n')
    assert data.frame.rows() == [(1, "x, y"), (2, "z")]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n" + '1,x\n\n2,"y\nz"\n' * 9,
        "a,b\n" + "1,x\n" * 9 + "\n" * 60 + '5" pipe,2\n' + "3,\n" * 9 + "\n" * 60,
        "a\n" + "1\n\n" * 20,
        "1,x\r\n2,y\r\n" * 9 + "3,z",
    ],
)
def test_blocks_of_any_size_give_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    whole = read(tmp_path, text)
    monkeypatch.setattr(scanning, "BLOCK_BYTES", 16)
    parts = read(tmp_path, text)
    assert_frame_equal(parts.frame, whole.frame)
    assert parts.source_rows.tolist() == whole.source_rows.tolist()
    assert parts.decisions == whole.decisions


def test_bad_cells_of_any_block_are_named_by_their_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "BLOCK_BYTES", 16)
    cells = [str(number) for number in range(200)]
    cells[50] = cells[100] = cells[101] = cells[150] = "x"
    (said,) = read(tmp_path, "\n".join(["a,b", *(f"{cell},1" for cell in cells)])).decisions
    assert said.choice == "4 cells count as missing"
    assert said.reason.endswith("these are not: 'x' in row 52, 'x' in row 102, 'x' in row 103 …")  # the header is row 1


@pytest.mark.parametrize(
    ("text", "names", "lines"),
    [
        ("# from the lab\n# of 2020\na,b\n1,x\n2,y\n", ["a", "b"], [4, 5]),
        ("# from the lab\n#a,b\n1,x\n2,y\n", ["a", "b"], [3, 4]),
        ("#a,b\n1,x\n2,y\n", ["a", "b"], [2, 3]),
    ],
)
def test_comments_before_the_rows(tmp_path: Path, text: str, names: list[str], lines: list[int]) -> None:
    data = read(tmp_path, text)
    assert data.frame.columns == names
    assert data.frame.rows() == [(1, "x"), (2, "y")]
    assert data.source_rows.tolist() == lines


def test_single_quotes(tmp_path: Path) -> None:
    data = read(tmp_path, "'40-49','yes','3'\n'50-59','yes','1'\n'40-49','no','2'\n")
    assert data.frame["column_1"].to_list() == ["40-49", "50-59", "40-49"]
    assert data.frame["column_3"].to_list() == [3, 1, 2]


def test_blanks_and_blank_lines(tmp_path: Path) -> None:
    data = read(tmp_path, "\n 1  2.5   x \n\n3 4.5 y\n 5\t6.5 x")
    assert data.frame.rows() == [(1, 2.5, "x"), (3, 4.5, "y"), (5, 6.5, "x")]
    assert data.source_rows.tolist() == [2, 4, 5]


def test_decimal_commas_between_semicolons(tmp_path: Path) -> None:
    data = read(tmp_path, "a;b\n1,5;x\n2,25;y\n")
    assert data.frame["a"].to_list() == [1.5, 2.25]
    assert [said.topic for said in data.decisions] == ["separator", "column a"]


@pytest.mark.parametrize(
    ("text", "row"),
    [("a,b\n1,2\n3\n4,5\n6,7\n", 3), ("a,b\n1,2\n3,4\n4,5,6\n7,8\n", 4), ('a,b\n"1",2\n"3,4\n"5",6\n"7",8\n', 3)],
)
def test_a_broken_row_is_named_and_can_be_skipped(tmp_path: Path, text: str, row: int) -> None:
    with pytest.raises(
        DataError, match=f"expected 2 fields in every row of table.csv, got [13] in row {row} .*--skip-bad-rows"
    ):
        read(tmp_path, text)
    data = read(tmp_path, text, skip_bad_rows=True)
    assert row not in data.source_rows
    assert len(data) == 3
    (said,) = data.decisions
    assert said.choice == "1 row left out"
    assert said.reason == f"row {row} of the file has no 2 fields"
    assert said.warning


def test_a_header_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"as many names in the header as fields in the rows \(2\), got 4"):
        read(tmp_path, "a,b,c,d\n" + "x,1\n" * 9)


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a,b\n\n \n"])
def test_only_a_header_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="got only a header"):
        read(tmp_path, text)


def test_a_sample_that_ends_inside_a_character(tmp_path: Path) -> None:
    data = read(tmp_path, "label,review\n" + "1,很快，好吃\n" * 60_000)
    assert data.frame.shape == (60_000, 2)


def test_quotes_between_blanks(tmp_path: Path) -> None:
    data = read(tmp_path, '"x" "long name"\n"r1" 1 2\n"r2" 3 4\n')
    assert data.frame.columns == ["rownames", "x", "long name"]
    assert data.frame["rownames"].to_list() == ["r1", "r2"]


@pytest.mark.parametrize(
    ("text", "names"), [("a,b\nc,d\n", ["column_1", "column_2"]), ("size,b\n1,d\n", ["size", "b"])]
)
def test_a_run_knows_whether_there_is_a_header(tmp_path: Path, text: str, names: list[str]) -> None:
    path = tmp_path / "new.csv"
    path.write_text(text)
    known = [
        Column(name=name, kind="category", role="feature", missing=0, distinct=2, summary="")
        for name in ("column_1", "size")
    ]
    assert read_delimited(path, DataSettings(), known).frame.columns == names


def test_columns_that_a_run_knows_keep_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("code,size\n1.10,3\n2.20,x\n")
    known = (
        Column(name="code", kind="category", role="feature", missing=0, distinct=2, summary=""),
        Column(name="size", kind="number", role="feature", missing=0, distinct=2, summary=""),
    )
    data = read_delimited(path, DataSettings(), known)
    assert data.frame["code"].to_list() == ["1.10", "2.20"]
    assert data.frame["size"].to_list() == ["3", "x"]  # kept, so that the transform can name the bad cell
