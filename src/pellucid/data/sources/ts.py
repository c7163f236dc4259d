"""Series in the `.ts` format of the UEA and UCR archives: a header, then a series a line, its channels divided by `:`.

Source: the format's description, https://www.aeon-toolkit.org/en/stable/api_reference/data_format.html
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.archive import Part, archive_dataset, official_parts
from pellucid.data.sources.source import Known, Source, has_suffix, starts_with
from pellucid.data.text.encoding import load_text
from pellucid.foundation.errors import DataError

SUFFIX: Final = ".ts"
DATA: Final = "@data"
SHOWN_CHARACTERS: Final = 40  # of a label that is none: it may be a whole series
HEADS: Final = (b"#", b"@")  # `.ts` is also the ending of videos and of TypeScript, which begin otherwise


@dataclass(slots=True, kw_only=True)
class Header:
    """What the lines before the data say."""

    classes: tuple[str, ...] = ()
    """That a label may be; empty where none are listed."""
    labelled: bool = False
    """Whether each line ends with a class."""
    real: bool = False
    """Whether each line ends with a number to predict."""
    channels: int | None = None
    steps: int | None = None
    """Of every series, where the header says so."""


def is_ts(source: Any) -> bool:
    """Say whether a source is a `.ts` file of series, or a folder with the two parts of an archive's set."""
    if isinstance(source, Path) and source.is_dir():
        return any(is_ts(path) for path in source.glob(f"*_TRAIN{SUFFIX}"))
    return has_suffix(source, SUFFIX) and any(starts_with(source, head) for head in HEADS)


def read_ts(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read series from a `.ts` file; beside `NAME_TRAIN.ts`, `NAME_TEST.ts` is the official test part.

    Raises:
        DataError: the header or a line is none of this format.
    """
    train, test = official_parts(source, SUFFIX, settings, known)
    parts = [read_part(path, settings) for path in (train, test) if path is not None]
    return archive_dataset(parts, train.name.removesuffix(SUFFIX), settings, known)


def read_part(path: Path, settings: DataSettings) -> Part:
    """Read one file.

    Raises:
        DataError: see `read_ts`.
    """
    text = load_text(path, settings)
    lines = bytes(text.content).decode().splitlines()
    header, start = read_header(lines, path.name)
    numbers = [number for number in range(start, len(lines)) if _holds_series(lines[number])]
    if not numbers:
        raise DataError(f"read expected series after {DATA} in {path}, got none: check that the file is whole")
    rows = [_row(lines[number], header) for number in numbers]
    labels = [label for _, label in rows]
    return Part(
        name=path.name,
        series=[values for values, _ in rows],
        labels=labels if header.labelled or header.real else None,
        real=header.real,
        lines=np.array(numbers, np.int64) + 1,
        decisions=text.decisions,
    )


def _holds_series(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def read_header(lines: list[str], name: str) -> tuple[Header, int]:
    """Return what the header says, and the place of the first line after it.

    Raises:
        DataError: there is no data section, or it holds time stamps.

    Example:
        >>> header, start = read_header(["@univariate true", "@classLabel true a b", "@data", "1,2:a"], "x.ts")
        >>> header.classes, header.channels, start
        (('a', 'b'), 1, 3)
    """
    said: dict[str, str] = {}
    for place, line in enumerate(lines):
        text = line.strip()
        if text.lower() == DATA:
            return _header(said, name), place + 1
        if text.startswith("@"):
            key, _, value = text[1:].partition(" ")
            said[key.lower()] = value.strip()
    raise DataError(f"read expected a line {DATA} in {name}, got none: check that it is a .ts file of series")


def _header(said: dict[str, str], name: str) -> Header:
    """Return the header of what its keys say."""
    if _is_true(said.get("timestamps", "")):
        raise DataError(
            f"read expected values at even steps in {name}, got time stamps: "
            "resample the series to even steps and write them without stamps"
        )
    words = said.get("classlabel", "").split()
    channels = 1 if _is_true(said.get("univariate", "")) else _whole(said.get("dimensions") or said.get("dimension"))
    return Header(
        classes=tuple(words[1:]),
        labelled=bool(words) and _is_true(words[0]),
        real=_is_true(said.get("targetlabel", "")),
        channels=channels,
        steps=_whole(said.get("serieslength")) if _is_true(said.get("equallength", "true")) else None,
    )


def _is_true(text: str) -> bool:
    return text.lower().startswith("true")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and int(text) else None


def _row(line: str, header: Header) -> tuple[NDArray[np.float32] | str, str]:
    """Return the values (l, c) of a line, or what is wrong with it, and its label."""
    pieces = line.strip().split(":")
    label = pieces.pop().strip() if header.labelled or header.real else ""
    if header.labelled and header.classes and label not in header.classes:
        shown = label if len(label) <= SHOWN_CHARACTERS else f"{label[:SHOWN_CHARACTERS]}…"
        return f"class {shown!r}, which the header does not name", ""
    if header.channels is not None and len(pieces) != header.channels:
        return f"{len(pieces)} channels where the header says {header.channels}", label
    channels = []
    for piece in pieces:
        try:
            channels.append(np.array(piece.replace("?", "nan").split(","), np.float32))
        except ValueError as error:
            return str(error), label
    lengths = sorted({len(channel) for channel in channels})
    if len(lengths) > 1:
        return f"channels of {lengths[0]} and of {lengths[-1]} values", label
    if header.steps is not None and lengths[0] != header.steps:
        return f"{lengths[0]} values where the header says {header.steps}", label
    return np.stack(channels, axis=1), label


TS: Final = Source(
    name="ts",
    title="series in a .ts file of the UEA and UCR archives, or the folder of its two parts",
    kind="series",
    recognises=is_ts,
    read=read_ts,
)
