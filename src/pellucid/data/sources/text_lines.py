"""Folders in which each file holds the texts of one class, one on each line: `rt-polarity.neg`, `rt-polarity.pos`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import LABEL, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import PART_FOLDERS, TEST_FOLDERS, VALIDATION_FOLDERS
from pellucid.data.sources.source import Known, Source
from pellucid.data.sources.text_files import SUFFIXES, subject_of
from pellucid.data.sources.text_folder import TABLES, read_text_folder
from pellucid.data.text.encoding import load_text
from pellucid.data.text.prose import is_prose
from pellucid.foundation.records import Decision

FEWEST_FILES, MOST_FILES = 2, 100  # one class is none, and hundreds of files are texts of their own
FEWEST_LINES: Final = 20  # of a file: fewer may be the lines of one text
PART: Final = rf"(?P<part>{'|'.join(PART_FOLDERS)})"
PART_FIRST: Final = re.compile(rf"(?i){PART}[._\-\s]+(?P<name>.+)")
PART_LAST: Final = re.compile(rf"(?i)(?P<name>.+?)[._\-\s]+{PART}")
FILES_ABOUT: Final = re.compile(r"(?i)^(\.|readme|license|licence|copying|changelog)")  # say something of the others
MARK: Final = re.compile(r"([._\-\s]+)")
SHOWN_CLASSES: Final = 5


def is_text_lines(source: Any) -> bool:
    """Say whether a source is a folder of a few files of lines whose names differ in one place, and no other file."""
    if not isinstance(source, Path) or not source.is_dir():
        return False
    files = _files(source)
    if not FEWEST_FILES <= len(files) <= MOST_FILES or any(path.is_dir() for path in files):
        return False
    classes = {name.lower() for name in _classes([path.name for path in files])}
    alike = len({path.suffix for path in files}) == 1 and files[0].suffix in (*SUFFIXES, "")
    if "" in classes or classes & set(PART_FOLDERS) or any(path.suffix in TABLES for path in files):
        return False
    if not alike and len({path.stem for path in files}) > 1:
        return False
    return all(is_prose(path, alone=False) and _has_lines(path) for path in files)


def read_text_lines(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the lines of each file as texts of the class that the file's name tells.

    Where labels are given in a table, or texts are to be predicted, each .txt file is one text.

    Raises:
        DataError: a file is in no known encoding.
    """
    files = _files(source)
    if settings.labels is not None or (known and files[0].suffix in SUFFIXES):
        return read_text_folder(source, settings, known)
    texts: list[str] = []
    labels: list[str] = []
    parts: list[str] = []
    said: list[Decision] = []
    for path, (part, label) in zip(files, _parts(_classes([path.name for path in files])), strict=True):
        text = load_text(path, settings)
        lines = [line.strip() for line in bytes(text.content).decode().split("\n")]
        texts += [line for line in lines if line]
        labels += [label] * (len(texts) - len(labels))
        parts += [part] * (len(texts) - len(parts))
        said += [replace(decision, topic=f"{decision.topic} of {path.name}") for decision in text.decisions]
    subject = subject_of(known)
    tests = TEST_FOLDERS if set(parts) & set(TEST_FOLDERS) else VALIDATION_FOLDERS
    test = np.isin(parts, tests)
    return Dataset(
        kind="text",
        name=source.name,
        frame=pl.DataFrame({subject: texts, LABEL: pl.Series(labels, dtype=pl.Categorical)}),
        subject=subject,
        source_rows=np.arange(len(texts), dtype=np.int64),
        target=(LABEL,),
        test_rows=test if test.any() else None,
        decisions=(_said_lines(files, labels), *_said_test(int(test.sum())), *said),
    )


def _files(source: Path) -> list[Path]:
    """Return what is in the folder, in a steady order, but for what tells about the rest."""
    return sorted(path for path in source.iterdir() if not FILES_ABOUT.match(path.name))


def _classes(names: Sequence[str]) -> list[str]:
    """Return what tells each name from the others.

    Example:
        >>> _classes(["rt-polarity.neg", "rt-polarity.pos"]), _classes(["pos.txt", "neg.txt"])
        (['neg', 'pos'], ['pos', 'neg'])
    """
    parts = [MARK.split(name) for name in names]
    shortest = min(map(len, parts))
    first = next((i for i in range(shortest) if len({part[i] for part in parts}) > 1), shortest)
    last = next((i for i in range(shortest - first) if len({part[-1 - i] for part in parts}) > 1), shortest - first)
    return ["".join(part[first : len(part) - last]).strip(" ._-") for part in parts]


def _parts(classes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the part, or nothing, and the class that each name tells.

    Example:
        >>> _parts(["train_pos", "test_pos"]), _parts(["neg", "pos"])
        ([('train', 'pos'), ('test', 'pos')], [('', 'neg'), ('', 'pos')])
    """
    for pattern in (PART_FIRST, PART_LAST):
        found = [pattern.fullmatch(name) for name in classes]
        told = [(match["part"].lower(), match["name"]) for match in found if match]
        if len(told) == len(classes) and len({part for part, _ in told}) > 1:
            return told
    return [("", name) for name in classes]


def _has_lines(path: Path) -> bool:
    """Say whether a file has many lines."""
    count = 0
    with path.open("rb") as file:
        for line in file:
            count += bool(line.strip())
            if count == FEWEST_LINES:
                return True
    return False


def _said_test(rows: int) -> tuple[Decision, ...]:
    """Say which lines are the test part."""
    if not rows:
        return ()
    reason = "the names of their files say so"
    return (Decision(topic="test part", choice=f"{rows} texts", reason=reason, overrule="--test FRACTION"),)


def _said_lines(files: Sequence[Path], labels: Sequence[str]) -> Decision:
    """Say that each line is a text, and which classes there are."""
    counts = [f"{name} ({labels.count(name)})" for name in dict.fromkeys(labels)]
    more = " …" if len(counts) > SHOWN_CLASSES else ""
    return Decision(
        topic="texts",
        choice=f"each line is one: {', '.join(counts[:SHOWN_CLASSES])}{more}",
        reason=f"the folder holds {len(files)} files of lines and nothing else, and their names tell the class",
        overrule="--labels TABLE where each file is one text",
        warning=True,
    )


TEXT_LINES: Final = Source(
    name="text lines",
    title="a folder with a file of lines for each class, each line a text",
    kind="text",
    recognises=is_text_lines,
    read=read_text_lines,
)
