"""Files inside of Parquet files: written out under names that say what they are, beside a table of the rest."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pellucid.data.sources.hub_media import media_column, written_out

CONTENTS = [b"\x89PNG\r\n", b"\xff\xd8\xff", b"RIFF....WAVE", b"fLaC", b"OggS", b"ID3", b"what?", None]
ENDINGS = [".png", ".jpg", ".wav", ".flac", ".ogg", ".mp3", ".bin", ".bin"]


def test_media_are_found_in_structs_of_bytes_and_paths(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1], "sound": [{"bytes": b"RIFF", "path": "a.wav"}]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"a": [1], "b": [{"x": 1}]}).write_parquet(tmp_path / "b.parquet")
    assert media_column(tmp_path / "a.parquet") == "sound"
    assert media_column(tmp_path / "b.parquet") is None
    assert media_column(tmp_path / "c.csv") is None


def test_files_are_written_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    structs = [{"bytes": content, "path": None} for content in CONTENTS]
    names = ["a", "b"]
    for name in names:
        columns = {"image": structs, "label": range(8), "boxes": [[1, 2]] * 8}
        pl.DataFrame(columns).write_parquet(tmp_path / f"{name}.parquet")
    files = [tmp_path / f"{name}.parquet" for name in names]
    folder = written_out(files, "image")
    table = pl.read_csv(folder / "labels.csv")
    assert table.columns == ["file", "label"]  # a list is no label
    assert [Path(name).suffix for name in table["file"]] == ENDINGS * 2
    assert table["file"].n_unique() == 16
    assert (folder / table["file"][9]).read_bytes() == b"\xff\xd8\xff"
    (folder / "mark").touch()
    assert (written_out(files, "image") / "mark").exists()
