"""Pictures and sounds that a Parquet file of the hub holds as bytes: written out as files once, with a label table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from pellucid.data.fetching.archives import building
from pellucid.data.fetching.fetch import set_folder
from pellucid.data.fetching.locking import locked

FILE: Final = "file"  # the column of the label table that names the files
LABELS: Final = "labels.csv"
ENDINGS: Final = (  # by the first bytes
    (b"\x89PNG", ".png"),
    (b"\xff\xd8", ".jpg"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"RIFF", ".wav"),
    (b"fLaC", ".flac"),
    (b"OggS", ".ogg"),
    (b"ID3", ".mp3"),
    (b"\xff\xfb", ".mp3"),
)
KEY_CHARACTERS: Final = 12


def media_column(path: Path) -> str | None:
    """Return the column of a Parquet file that holds files (a struct of `bytes` and `path`), or None."""
    if path.suffix != ".parquet":
        return None
    schema = pl.read_parquet_schema(path)
    return next((name for name, kind in schema.items() if _is_media(kind)), None)


def written_out(files: Sequence[Path], column: str) -> Path:
    """Return a folder with the files that these Parquet files hold, and the label table `labels.csv` of the rest.

    It is made once; its name holds a hash of the names and sizes of the Parquet files.
    """
    stats = [(str(path), path.stat().st_size) for path in files]
    key = hashlib.blake2b(repr((column, stats)).encode()).hexdigest()[:KEY_CHARACTERS]
    ready = set_folder("hub") / key
    with locked(ready.parent / ".lock"):
        if not ready.is_dir():
            with building(ready) as fresh:
                _write_out(files, column, fresh)
    return ready


def _write_out(files: Sequence[Path], column: str, folder: Path) -> None:
    """Write each file, a Parquet file at a time, then the table of all rows."""
    tables = []
    count = 0
    for path in files:
        frame = pl.read_parquet(path)
        names = []
        for content in frame[column].struct.field("bytes"):
            names.append(f"{count:08d}{_ending(content)}")
            (folder / names[-1]).write_bytes(content or b"")
            count += 1
        others = [name for name, kind in frame.schema.items() if name != column and not kind.is_nested()]
        tables.append(pl.DataFrame({FILE: names}).hstack(frame.select(others)))
    pl.concat(tables, how="vertical_relaxed").write_csv(folder / LABELS)


def _is_media(kind: Any) -> bool:
    """Say whether a type is that of files."""
    return isinstance(kind, pl.Struct) and {"bytes", "path"} <= {field.name for field in kind.fields}


def _ending(content: bytes | None) -> str:
    """Return the ending of a file with this content."""
    found = (ending for mark, ending in ENDINGS if (content or b"").startswith(mark))
    return next(found, ".bin")
