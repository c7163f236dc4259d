"""Frames that lie in files: the same columns as in memory, mapped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pellucid.data import content, frames
from pellucid.data.frames import Parted, collected, taken
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.table import fit_table
from pellucid.foundation.records import Column

ROWS = 5000


@pytest.fixture
def frame() -> pl.DataFrame:
    number = pl.Series("number", np.arange(ROWS) / 7)
    return pl.DataFrame(
        {
            "number": number,
            "gaps": pl.select(pl.when(number > 1).then(number)).to_series().cast(pl.Float32),
            "whole": pl.Series(np.arange(ROWS), dtype=pl.Int16),
            "text": [None if i % 5 == 0 else f"text number {i} of several words" for i in range(ROWS)],
            "kind": pl.Series(["u", "v"] * (ROWS // 2), dtype=pl.Categorical),
            "level": pl.Series(["low", "high"] * (ROWS // 2), dtype=pl.Enum(["low", "high"])),
            "true": [True, None] * (ROWS // 2),
            "time": pl.Series([datetime(2026, 1, 1 + i % 28) for i in range(ROWS)]).cast(pl.Datetime("us")),
        }
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything count as large."""
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 0)
    monkeypatch.setattr(frames, "SAMPLE_ROWS", 100)
    monkeypatch.setattr(frames, "SLICE_BYTES", 1 << 14)


def is_mapped(column: pl.Series) -> bool:
    """Say whether the first values of a column are those of a mapped file, which the system can take back."""
    address = column.get_chunks()[0].to_numpy(allow_copy=False).__array_interface__["data"][0]
    maps = [line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines()]
    spans = [tuple(int(end, 16) for end in part[0].split("-")) for part in maps if "pellucid-" in part[-1]]
    return any(start <= address < stop for start, stop in spans)


@pytest.mark.usefixtures("small")
def test_what_comes_from_a_file_is_the_same(frame: pl.DataFrame) -> None:
    assert_frame_equal(collected(Parted.of(frame.lazy()), ROWS), frame)


def test_a_table_in_parts_is_the_same(frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = frame.drop("kind", "level")
    table = Parted(lambda: (plain[start : start + 700].lazy() for start in range(0, ROWS, 700)))
    assert_frame_equal(collected(table, ROWS), plain)
    assert_frame_equal(table.head(1000), plain.head(1000))
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 0)
    assert_frame_equal(collected(table, ROWS), plain)
    assert_frame_equal(collected(table.each(lambda part: part.select("text")), ROWS), plain.select("text"))


@pytest.mark.usefixtures("small")
def test_rows_that_are_taken_are_the_same(frame: pl.DataFrame) -> None:
    rows = np.arange(0, ROWS, 3)[::-1]
    assert_frame_equal(taken(frame, rows), frame[rows])
    assert_frame_equal(taken(taken(frame, rows), np.array([2, 0])), frame[rows][[2, 0]])


@pytest.mark.usefixtures("small")
def test_codes_alone_can_be_taken(frame: pl.DataFrame) -> None:
    codes = frame.select("kind", "level")
    assert_frame_equal(taken(codes, np.array([3, 1])), codes[[3, 1]])


@pytest.mark.usefixtures("small")
def test_without_pyarrow_frames_stay_in_memory(frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    monkeypatch.setattr(frames, "_mapped", None)
    assert_frame_equal(collected(Parted.of(frame.lazy()), ROWS), frame)
    assert_frame_equal(taken(frame, np.array([2, 0])), frame[[2, 0]])


@pytest.mark.usefixtures("small")
def test_a_file_that_is_read_gives_the_same_table(
    frame: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = frame.drop("kind", "level", "true")
    whole.write_csv(tmp_path / "table.csv")
    whole.with_columns(gaps=pl.col("gaps").fill_null(float("nan"))).write_parquet(tmp_path / "table.parquet")
    for name in ("table.csv", "table.parquet"):
        found = read(tmp_path / name, DataSettings()).frame
        with monkeypatch.context() as memory:
            memory.setattr(content, "MOST_IN_MEMORY", 1 << 28)
            assert_frame_equal(found, read(tmp_path / name, DataSettings()).frame)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("categories", ["levels", "onehot"])
def test_slices_of_rows_become_the_same_numbers(
    frame: pl.DataFrame, categories: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {"number": "number", "gaps": "number", "kind": "category", "time": "date", "text": "number"}
    columns = [
        Column(name=name, kind=kind, role="feature", missing=0, distinct=2, summary="") for name, kind in kinds.items()
    ]
    transform = fit_table(frame.drop("text").with_columns(text="whole"), columns, list(kinds), categories=categories)
    once = transform.apply(frame)
    monkeypatch.setattr("pellucid.data.transforms.table.SLICE_ROWS", 700)
    parts = transform.apply(frame.with_columns(kind=pl.lit("new")).vstack(frame.with_columns(kind=pl.lit("u"))))
    assert isinstance(parts.arrays[0], np.memmap)
    numbers = sum(1 + one.indicator for one in transform.numbers)
    assert np.array_equal(parts.arrays[0][:ROWS, :numbers], once.arrays[0][:, :numbers])
    assert [problem.row for problem in parts.problems[: len(once.problems)]] == [p.row for p in once.problems]
    assert len(parts.problems) == 2 * len(once.problems) > 0
    assert "no training row has 'new'" in [said.reason for said in parts.decisions]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux says what is mapped")
@pytest.mark.usefixtures("small")
def test_columns_of_large_tables_are_mapped(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.select("number").write_parquet(tmp_path / "table.parquet")
    table = read(tmp_path / "table.parquet", DataSettings())
    half = table.take(np.arange(0, ROWS, 2))
    assert is_mapped(table.frame["number"])
    assert is_mapped(half.frame["number"])
    assert not is_mapped(frame["number"])
