"""Series in the older form of the UCR archive: `NAME_TRAIN.tsv`, a series a line, its class first, no header."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.archive import TEST, TRAIN, Part, archive_dataset, official_parts
from pellucid.data.sources.source import Known, Source
from pellucid.data.text.encoding import load_text

SUFFIXES: Final = (".tsv", ".txt", ".csv", "")
SEPARATORS: Final = re.compile(r"[,\s]+")
FEWEST_FIELDS: Final = 9  # a class and eight steps: shorter rows are rather those of a table
HEAD_BYTES: Final = 1 << 16


def is_ucr_table(source: Any) -> bool:
    """Say whether a source is such a file: its name ends with _TRAIN or _TEST, its first line holds numbers only."""
    if not isinstance(source, Path) or source.suffix not in SUFFIXES or not source.stem.endswith((TRAIN, TEST)):
        return False
    if not source.is_file():
        return False
    with source.open("rb") as file:
        line = file.read(HEAD_BYTES).partition(b"\n")[0].decode(errors="replace")
    fields = SEPARATORS.split(line.strip())
    return len(fields) >= FEWEST_FIELDS and not any(_is_wrong(field) for field in fields)


def read_ucr_table(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read series from such a file; beside `NAME_TRAIN`, `NAME_TEST` is the official test part.

    Raises:
        DataError: a line holds something else than numbers.
    """
    train, test = official_parts(source, source.suffix, settings, known)
    parts = [_part(path, settings) for path in (train, test) if path is not None]
    return archive_dataset(parts, train.stem, settings, known)


def _part(path: Path, settings: DataSettings) -> Part:
    """Read one file."""
    text = load_text(path, settings)
    lines = bytes(text.content).decode().splitlines()
    numbers = [number for number, line in enumerate(lines) if line.strip()]
    rows = [SEPARATORS.split(lines[number].strip()) for number in numbers]
    return Part(
        name=path.name,
        series=[_values(fields[1:]) for fields in rows],
        labels=[_label(fields[0]) for fields in rows],
        real=False,
        lines=np.array(numbers, np.int64) + 1,
        decisions=text.decisions,
    )


def _values(fields: list[str]) -> NDArray[np.float32] | str:
    """Return the values (l, 1) of a line without the NaN that fill shorter series up, or what is wrong with it."""
    wrong = next(filter(_is_wrong, fields), None)
    if wrong is not None:
        return f"{wrong!r} is no number"
    values = np.array(fields, np.float32)
    present = np.flatnonzero(~np.isnan(values))
    return values[: present[-1] + 1 if len(present) else 0, None]


def _is_wrong(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return True
    return False


def _label(field: str) -> str:
    """Return a class as it is meant: `1.0000000e+00` is 1."""
    if _is_wrong(field) or not float(field).is_integer():
        return field
    return str(int(float(field)))


UCR_TABLE: Final = Source(
    name="ucr",
    title="series in the older files of the UCR archive, NAME_TRAIN.tsv or .txt: the class first, no header",
    kind="series",
    recognises=is_ucr_table,
    read=read_ucr_table,
)
