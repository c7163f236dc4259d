"""New data that differ from what a network was trained on: refused in a sentence, or read as far as they can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Refused = Callable[..., str]
CommandLine = Callable[..., Any]

HEADER = "size,weight,colour,day"
GOOD = "0.5,1.5,red,2024-03-01"


@pytest.fixture
def run(own_folder: Path, trained: Path) -> Path:
    """Return a run in `runs`, which may be changed."""
    return Path(shutil.copytree(trained, own_folder / "runs" / "run"))


def write(*lines: str) -> Path:
    path = Path("new.csv")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["size,colour,day", "0.5,red,2024-03-01"],
            "the columns that the network learnt from, got a table without weight",
        ),
        (["size,wieght,colour,day", GOOD], "got a table without weight (is it 'wieght'?): add or rename them"),
        (["size", "0.5"], "got a table without weight, colour, day"),
        (["a,b", "1,2"], "got a table without size, weight, colour, day"),
        ([""], "rows of data in new.csv, got an empty file"),
        ([HEADER], "rows of data in new.csv, got only a header"),
        ([HEADER, GOOD, "0.5,1.5"], "4 fields in every row of new.csv, got 2 in row 3 ('0.5,1.5')"),
    ],
)
def test_table_that_cannot_be_used(refused: Refused, run: Path, lines: list[str], sentence: str) -> None:
    del run
    assert sentence in refused("predict", "run", write(*lines), "--to", "answers.csv")
    assert not Path("answers.csv").exists()


def test_cells_of_the_wrong_kind_are_named_and_their_rows_kept(command_line: CommandLine, run: Path) -> None:
    del run
    bad = ["heavy,1,red,2024-03-01", "1,1,green,some day", "1,,,", "inf,1,red,2024-03-01", "nan,1,blue,2024-03-05"]
    said = command_line("predict", "run", write(HEADER, GOOD, *bad), "--to", "answers.csv")
    assert said.code == 0, said.err
    assert "6 rows, 4 predicted: answers.csv" in said.out
    assert "! row 3: predict expected a number in size, got 'heavy': mend it or leave it blank" in said.out
    assert "! row 4: predict expected a date in day, got 'some day': mend it or leave it blank" in said.out
    answers = pl.read_csv("answers.csv")
    assert answers.height == 6
    assert answers["size"].to_list()[1] == "heavy"
    unanswered = answers["predicted_kind"].is_null()
    assert (
        unanswered.to_list() == answers["problem"].is_not_null().to_list() == [False, True, True, False, False, False]
    )
    sums = answers.filter(~unanswered).select(pl.sum_horizontal("probability_kind_no", "probability_kind_yes"))
    assert sums.to_series().to_list() == pytest.approx([1.0] * 4)  # also where a number is infinite: it is missing


def test_only_the_first_bad_rows_are_told(command_line: CommandLine, run: Path) -> None:
    del run
    said = command_line("predict", "run", write(HEADER, *["heavy,1,red,2024-03-01"] * 9))
    assert said.out.count("! row ") == 5
    assert "! … and 4 more: see the column problem" in said.out
    assert Path("new-predictions.csv").is_file()


def test_extra_columns_and_new_levels_are_said(command_line: CommandLine, run: Path) -> None:
    del run
    said = command_line("predict", "run", write(f"{HEADER},shape", "0.5,1.5,purple,2024-03-01,round"))
    assert said.code == 0, said.err
    assert "· extra columns: not used: shape" in said.out
    assert (
        "! column colour: levels never seen in training count as missing, because no training row has 'purple'"
        in said.out
    )


def test_missing_file_of_new_data(refused: Refused, run: Path, table: Path) -> None:
    del run, table
    assert "got tabel.csv, which does not exist: did you mean table.csv?" in refused("predict", "run", "tabel.csv")


def test_answers_go_to_a_csv_or_parquet_file(refused: Refused, run: Path, table: Path) -> None:
    del run
    assert "--to to end in .csv or .parquet, got answers.xlsx" in refused(
        "predict", "run", table, "--to", "answers.xlsx"
    )


def test_the_source_is_never_overwritten(refused: Refused, run: Path, table: Path) -> None:
    del run
    before = table.read_text()
    assert "a file of its own, got the source" in refused("predict", "run", table, "--to", "table.csv")
    assert table.read_text() == before


def test_answers_to_a_folder_that_cannot_be_written(refused: Refused, run: Path, table: Path) -> None:
    del run
    assert "expected to write" in refused("predict", "run", table, "--to", f"{table}/answers.csv")


def test_evaluating_names_the_rows_that_it_leaves_out(command_line: CommandLine, run: Path) -> None:
    del run
    rows = [f"{GOOD},yes", "-1,-1,green,2024-03-02,no", "heavy,1,red,2024-03-01,no", "1,1,red,2024-03-01,"]
    said = command_line("evaluate", "run", write(f"{HEADER},kind", *rows))
    assert said.code == 0, said.err
    assert "4 rows, 2 of them can be judged" in said.out
    assert "! row 4: predict expected a number in size, got 'heavy'" in said.out
    assert "! row 5: evaluate expected a value of kind, got none" in said.out
    assert "On 2 rows of new.csv" in said.out


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (HEADER, GOOD, "the answers in a column kind, got no such column: add it, or ask"),
        (f"{HEADER},kind", f"{GOOD},maybe", "kind to be one of no, yes, got 'maybe' in row"),
        (f"{HEADER},kind", f"{GOOD},", "got none of 1 in new.csv: evaluate expected a value of kind, got none"),
        (f"{HEADER},kind", "heavy,1,red,2024-03-01,yes", "got none of 1 in new.csv: predict expected a number in size"),
    ],
)
def test_answers_that_cannot_be_judged(refused: Refused, run: Path, header: str, row: str, sentence: str) -> None:
    del run
    assert sentence in refused("evaluate", "run", write(header, row))


def test_rows_that_cannot_be_split_are_left_out_when_asked(command_line: CommandLine, run: Path) -> None:
    del run
    said = command_line("predict", "run", write(HEADER, GOOD, "0.5,1.5", GOOD), "--skip-bad-rows")
    assert said.code == 0, said.err
    assert "2 rows, 2 predicted" in said.out + said.err
