"""Folders of files, each an example: a folder for each class, a table of labels, or unlabelled ones to predict.

What the files are (pictures, sounds, clips, volumes, texts) says a `FileKind`; everything else is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import Content
from pellucid.data.dataset import LABEL, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.delimited import read_delimited
from pellucid.data.sources.source import Known
from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputKind

TRAIN_FOLDERS: Final = ("train", "training")
TEST_FOLDERS: Final = ("test", "testing")
VALIDATION_FOLDERS: Final = ("val", "valid", "validation")
PART_FOLDERS: Final = (*TRAIN_FOLDERS, *TEST_FOLDERS, *VALIDATION_FOLDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What files hold, and which of the files are in it."""

    content: Content | None = None
    """Of the kept files; None where everything is in `columns`."""
    columns: Mapping[str, pl.Series] = field(default_factory=dict)
    """More that is known of each kept file: its text, who speaks."""
    kept: NDArray[np.int64]
    """Positions of the files that could be read; of all files where those that cannot be read are kept."""
    problems: tuple[RowProblem, ...] = ()
    """Files that could not be read and are kept, as empty examples."""
    decisions: tuple[Decision, ...] = ()
    rate: int = 0
    """Samples or frames per second."""
    spacing: float = 0.0
    """Millimetres between voxels."""
    group: str = ""
    """The column, among `columns`, whose equal values belong together."""


Decode = Callable[[Sequence[Path], DataSettings, bool], Decoded]
"""`decode(files, settings, keep)`: with `keep`, files that cannot be read keep their place and become problems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file of which each holds one example."""

    kind: InputKind
    noun: str
    """`picture`; with an s it is the plural."""
    subject: str
    """The column that names the file."""
    suffixes: tuple[str, ...]
    """In small letters, such as `.png`; `.nii.gz` may have two dots."""
    decode: Decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file: its class and part where the folders say so."""

    path: Path
    label: str | None
    part: str | None


def holds(source: Any, suffixes: tuple[str, ...]) -> bool:
    """Say whether a source is a folder with files of these endings in it (at any depth), or one such file."""
    if not isinstance(source, Path):
        return False
    if source.is_file():
        return has_ending(source, suffixes)
    return source.is_dir() and any(has_ending(path, suffixes) for path in source.rglob("*"))


def has_ending(path: Path, suffixes: tuple[str, ...]) -> bool:
    """Say whether a path looks like such a file.

    Example:
        >>> has_ending(Path("a/B.PNG"), (".png",)), has_ending(Path("._b.png"), (".png",))
        (True, False)
    """
    return path.name.lower().endswith(suffixes) and not path.name.startswith(".")


def read_files(
    source: Path, settings: DataSettings, known: Known, kind: FileKind, listed: Sequence[Listed] | None = None
) -> Dataset:
    """Read the files of a folder; folders named train and test are the official parts.

    Args:
        source: the folder, or one file.
        settings: what the user says about the data.
        known: the columns as a trained run knows them.
        kind: of the files.
        listed: the files with their classes and parts; None: as their folders say.

    Raises:
        DataError: a file cannot be read, or a label table names files that do not exist.
    """
    listed = list_files(source, kind.suffixes) if listed is None else listed
    if settings.labels is not None:
        return _with_table(source, listed, settings, known, kind)
    official = {item.part for item in listed if item.part}
    tests = TEST_FOLDERS if official & set(TEST_FOLDERS) else VALIDATION_FOLDERS
    decoded = kind.decode([item.path for item in listed], settings, bool(known))
    kept = [listed[i] for i in decoded.kept]
    test = np.array([item.part in tests for item in kept])
    split = bool(test.any() and not test.all())
    names = {kind.subject: pl.Series([str(item.path.relative_to(_root(source))) for item in kept], dtype=pl.String)}
    columns = names | dict(decoded.columns)
    if kept and all(item.label is not None for item in kept):
        columns[LABEL] = pl.Series([item.label for item in kept], dtype=pl.Categorical)
    return Dataset(
        kind=kind.kind,
        name=source.name,
        frame=pl.DataFrame(columns),
        content=decoded.content,
        subject=kind.subject,
        group=decoded.group,
        rate=decoded.rate,
        spacing=decoded.spacing,
        source_rows=np.arange(len(kept), dtype=np.int64),
        target=(LABEL,) if LABEL in columns else (),
        test_rows=test if split else None,
        problems=decoded.problems,
        decisions=(*decoded.decisions, *_said_parts(official, test, split, kind)),
    )


def _root(source: Path) -> Path:
    """Return the folder that names of files are relative to."""
    return source.parent if source.is_file() else source


def list_files(source: Path, suffixes: tuple[str, ...]) -> list[Listed]:
    """Return the files in a steady order, with the class and part that their folders name."""
    if source.is_file():
        return [Listed(path=source, label=None, part=None)]
    listed = []
    for path in sorted(file for file in source.rglob("*") if file.is_file() and has_ending(file, suffixes)):
        folders = path.relative_to(source).parts[:-1]
        part = folders[0].lower() if folders and folders[0].lower() in PART_FOLDERS else None
        inner = folders[1:] if part else folders
        listed.append(Listed(path=path, label="/".join(inner) or None, part=part))
    return listed


def _said_parts(official: set[str], test: NDArray[np.bool_], split: bool, kind: FileKind) -> tuple[Decision, ...]:
    """Say which folders are which part."""
    if not split:
        return ()
    which, reason = "test", "a folder is named so"
    if not official & set(TEST_FOLDERS):
        which, reason = "validation", "a folder is named so, and none is named test"
    elif official & set(VALIDATION_FOLDERS):
        reason += f"; {kind.noun}s of the validation folder are training {kind.noun}s like the others"
    choice = f"{int(test.sum())} {kind.noun}s of the official {which} folder"
    return (Decision(topic="test part", choice=choice, reason=reason),)


def _with_table(
    source: Path, listed: Sequence[Listed], settings: DataSettings, known: Known, kind: FileKind
) -> Dataset:
    """Read the files that a table of labels names.

    Raises:
        DataError: there is no such table, it names files that do not exist, or it has a column of ours.
    """
    path = Path(str(settings.labels))
    if not path.is_file():
        raise DataError(f"read expected the label table {path}, got no such file: check the path after --labels")
    table = read_delimited(path, settings, known)
    column, files = _file_column(table, listed, kind)
    absent = [row for row, file in enumerate(files) if file is None]
    if absent and not settings.skip_bad_rows:
        name, row = table.frame[column][absent[0]], table.source_rows[absent[0]]
        raise DataError(
            f"read expected every {kind.noun} of {path.name} in {source}, got none for {name!r} in row {row} "
            f"({len(absent)} in all): add them, or leave those rows out with --skip-bad-rows"
        )
    present = np.array([row for row, file in enumerate(files) if file is not None], np.int64)
    decoded = kind.decode([file for file in files if file is not None], settings, bool(known))
    rows = present[decoded.kept]
    _check_own_columns(table, column, {kind.subject, *decoded.columns})
    renamed = table.frame.rename({column: kind.subject}).select(kind.subject, pl.exclude(kind.subject))
    kept = replace(table, frame=renamed, decisions=()).take(rows)
    return replace(
        kept,
        kind=kind.kind,
        name=source.name,
        frame=kept.frame.with_columns(**decoded.columns),
        content=decoded.content,
        subject=kind.subject,
        group=decoded.group,
        rate=decoded.rate,
        spacing=decoded.spacing,
        problems=decoded.problems,
        decisions=(*table.decisions, *decoded.decisions, *_said_table(listed, files, absent, column, kind)),
        target=(LABEL,) if LABEL in renamed.columns else (),
    )


def _check_own_columns(table: Dataset, column: str, ours: Collection[str]) -> None:
    """Check that a table of labels has no column of a name under which the files themselves are kept.

    Raises:
        DataError: it has one beside the column that names the files.
    """
    taken = [name for name in table.frame.columns if name != column and name in ours]
    if taken:
        raise DataError(
            f"read expected a table of labels without a column {taken[0]!r}, the name for what the files hold, got one "
            f"in {table.name}: rename it"
        )


def _file_column(table: Dataset, listed: Sequence[Listed], kind: FileKind) -> tuple[str, list[Path | None]]:
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
        files = [by_name.get(str(cell)) or by_name.get(PureWindowsPath(str(cell)).name) for cell in column]  # / too
        if sum(file is not None for file in files) > sum(file is not None for file in found):
            best, found = column.name, files
    if not found:
        raise DataError(
            f"read expected a column of {table.name} to name the {kind.noun} files, got none that does "
            f"(such as {listed[0].path.name}): write one row for each file"
        )
    return best, found


def _said_table(
    listed: Sequence[Listed], files: Sequence[Path | None], absent: Sequence[int], column: str, kind: FileKind
) -> tuple[Decision, ...]:
    """Say which column names the files, and what is in only one of the two places."""
    unnamed = len({item.path for item in listed} - set(files))
    parts = [f"{len(absent)} rows without a {kind.noun} left out"] if absent else []
    parts += [f"{unnamed} {kind.noun}s without a row left out"] if unnamed else []
    repeated = len(files) - len(absent) - len({file for file in files if file is not None})
    parts += [f"{repeated} rows name a {kind.noun} that an earlier one names too"] if repeated else []
    said = Decision(
        topic="labels",
        choice=", ".join([f"column {column} names the {kind.noun}s", *parts]),
        reason="its cells are names of files in the folder",
        warning=bool(parts),
    )
    return (said,)
