"""Folders of pictures: one folder for each class, pictures with a table of labels, or unlabelled ones to predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import LABEL, PICTURE, Dataset
from pellucid.data.pixels import PICTURE_SUFFIXES, decode
from pellucid.data.settings import DataSettings
from pellucid.data.sources.delimited import read_delimited
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

TRAIN_FOLDERS: Final = ("train", "training")
TEST_FOLDERS: Final = ("test", "testing")
VALIDATION_FOLDERS: Final = ("val", "valid", "validation")
PART_FOLDERS: Final = (*TRAIN_FOLDERS, *TEST_FOLDERS, *VALIDATION_FOLDERS)
SHOWN_FILES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One picture file: its class and part where the folders say so."""

    path: Path
    label: str | None
    part: str | None


def is_picture_folder(source: Any) -> bool:
    """Say whether a source is a folder with pictures in it (at any depth), or one picture."""
    if not isinstance(source, Path):
        return False
    return _is_picture(source) if source.is_file() else source.is_dir() and any(map(_is_picture, source.rglob("*")))


def read_picture_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the pictures of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a picture cannot be read, or a label table names files that do not exist.
    """
    listed = _listed(source)
    if settings.labels is not None:
        return _with_table(source, listed, settings, known)
    official = {item.part for item in listed if item.part}
    tests = TEST_FOLDERS if official & set(TEST_FOLDERS) else VALIDATION_FOLDERS
    decoded = decode([item.path for item in listed], settings, keep=bool(known))
    kept = [listed[i] for i in decoded.kept]
    test = np.array([item.part in tests for item in kept])
    split = bool(test.any() and not test.all())
    columns: dict[str, Any] = {PICTURE: [str(item.path.relative_to(_root(source))) for item in kept]}
    labelled = all(item.label is not None for item in kept)
    if labelled:
        columns[LABEL] = pl.Series([item.label for item in kept], dtype=pl.Categorical)
    return Dataset(
        kind="picture",
        name=source.name,
        frame=pl.DataFrame(columns),
        pixels=decoded.pixels,
        source_rows=np.arange(len(kept), dtype=np.int64),
        target=(LABEL,) if labelled else (),
        test_rows=test if split else None,
        problems=decoded.problems,
        decisions=(*decoded.decisions, *_said_parts(official, test, split)),
    )


def _is_picture(path: Path) -> bool:
    """Say whether a path looks like a picture file."""
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")


def _root(source: Path) -> Path:
    """Return the folder that names of files are relative to."""
    return source.parent if source.is_file() else source


def _listed(source: Path) -> list[Listed]:
    """Return the picture files in a steady order, with the class and part that their folders name."""
    if source.is_file():
        return [Listed(path=source, label=None, part=None)]
    listed = []
    for path in sorted(file for file in source.rglob("*") if file.is_file() and _is_picture(file)):
        folders = path.relative_to(source).parts[:-1]
        part = folders[0].lower() if folders and folders[0].lower() in PART_FOLDERS else None
        inner = folders[1:] if part else folders
        listed.append(Listed(path=path, label="/".join(inner) or None, part=part))
    return listed


def _said_parts(official: set[str], test: np.ndarray[Any, Any], split: bool) -> tuple[Decision, ...]:
    """Say which folders are which part."""
    if not split:
        return ()
    if official & set(TEST_FOLDERS) and official & set(VALIDATION_FOLDERS):
        reason = "a folder is named so; pictures of the validation folder are training pictures like the others"
    else:
        reason = "a folder beside the training folder is named so"
    said = Decision(topic="test part", choice=f"{int(test.sum())} pictures of the official test folder", reason=reason)
    return (said,)


def _with_table(source: Path, listed: Sequence[Listed], settings: DataSettings, known: Known) -> Dataset:
    """Read the pictures that a table of labels names."""
    path = Path(str(settings.labels))
    if not path.is_file():
        raise DataError(f"read expected the label table {path}, got no such file: check the path after --labels")
    table = read_delimited(path, settings, known)
    column, files = _file_column(table, listed)
    absent = [row for row, file in enumerate(files) if file is None]
    if absent and not settings.skip_bad_rows:
        name, row = table.frame[column][absent[0]], table.source_rows[absent[0]]
        raise DataError(
            f"read expected every picture of {path.name} in {source}, got none for {name!r} in row {row} "
            f"({len(absent)} in all): add them, or leave those rows out with --skip-bad-rows"
        )
    present = np.array([row for row, file in enumerate(files) if file is not None], np.int64)
    decoded = decode([file for file in files if file is not None], settings, keep=bool(known))
    rows = present[decoded.kept]
    renamed = table.frame.rename({column: PICTURE}).select(PICTURE, pl.exclude(PICTURE))
    kept = replace(table, frame=renamed, decisions=()).take(rows)
    decisions = (*table.decisions, *decoded.decisions, *_said_table(listed, files, absent, column))
    return replace(
        kept,
        kind="picture",
        name=source.name,
        pixels=decoded.pixels,
        problems=decoded.problems,
        decisions=decisions,
        target=(LABEL,) if LABEL in renamed.columns else (),
    )


def _file_column(table: Dataset, listed: Sequence[Listed]) -> tuple[str, list[Path | None]]:
    """Return the column of the table that names files, and the file of each row.

    Raises:
        DataError: no column does.
    """
    by_name: dict[str, Path] = {}
    for item in listed:
        for name in (item.path.name, item.path.stem, "/".join(item.path.parts[-2:])):
            by_name.setdefault(name, item.path)
    best = ""
    found: list[Path | None] = []
    for column in table.frame.iter_columns():
        files = [by_name.get(str(cell)) or by_name.get(Path(str(cell)).name) for cell in column]
        if sum(file is not None for file in files) > sum(file is not None for file in found):
            best, found = column.name, files
    if not found:
        raise DataError(
            f"read expected a column of {table.name} to name the picture files, got none that does "
            f"(such as {listed[0].path.name}): write one row for each file"
        )
    return best, found


def _said_table(
    listed: Sequence[Listed], files: Sequence[Path | None], absent: Sequence[int], column: str
) -> tuple[Decision, ...]:
    """Say which column names the files, and what is in only one of the two places."""
    unnamed = len({item.path for item in listed} - set(files))
    parts = [f"{len(absent)} rows without a picture left out"] if absent else []
    parts += [f"{unnamed} pictures without a row left out"] if unnamed else []
    said = Decision(
        topic="labels",
        choice=", ".join([f"column {column} names the pictures", *parts]),
        reason="its cells are names of files in the folder",
        warning=bool(parts),
    )
    return (said,)


PICTURE_FOLDER: Final = Source(
    name="picture folder",
    title="a folder of pictures: a folder for each class, or --labels TABLE",
    kind="picture",
    recognises=is_picture_folder,
    read=read_picture_folder,
)
