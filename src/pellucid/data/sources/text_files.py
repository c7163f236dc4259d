"""Texts of which each is a file: the classes and parts that folders name, and what is no text among the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.dataset import TEXT, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad
from pellucid.data.sources.files import (
    PART_FOLDERS,
    Decode,
    Decoded,
    FileKind,
    Listed,
    read_files,
)
from pellucid.data.sources.source import Known
from pellucid.data.text.decoding import decode_texts
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

FILE: Final = "file"
SUFFIXES: Final = (".txt",)
WITHOUT_CLASS: Final = ("unsup", "unlabeled", "unlabelled")  # folders of texts that nobody has labelled
SHOWN_FILES: Final = 3


def decode_files(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Read text files, which have one encoding if they are no UTF-8.

    Raises:
        DataError: a file holds no text, and is not to be skipped; or all of them are empty.
    """
    return decode_bytes((file.read_bytes() for file in files), files, settings, keep)


def decode_bytes(contents: Iterable[bytes], files: Sequence[Path], settings: DataSettings, keep: bool) -> Decoded:
    """Return the texts that files hold; empty ones are left out, since nothing can be learnt of them.

    Args:
        contents: the bytes of each file.
        files: their paths, for people.
        settings: the encoding; whether files that hold no text are skipped.
        keep: keep the place of such files and of empty ones, to say so beside the predictions of the others.

    Raises:
        DataError: a file holds no text, and is not to be skipped; or all of them are empty.
    """
    decoding = decode_texts(contents, settings, files[0].parent)
    bad, empty = decoding.faults, decoding.empty
    if bad and not (keep or settings.skip_bad_rows):
        raise refuse_files(files, bad, "text")
    out = () if keep else bad.keys() | empty.keys()
    kept = [place for place in range(len(files)) if place not in out]
    if not kept:
        raise DataError(f"read expected texts in {files[0].parent}, got only empty files: check how they were saved")
    problems = tuple(problem_of(place, files[place], (bad | empty)[place], "text") for place in sorted(bad | empty))
    said = () if keep else (*said_bad(files, bad, "text"), *_said_empty(files, empty))
    return Decoded(
        columns={TEXT: pl.Series([decoding.texts[place] for place in kept], dtype=pl.String)},
        kept=np.array(kept, np.int64),
        problems=problems if keep else (),
        decisions=(*decoding.decisions, *said),
    )


def read_texts(
    source: Path, settings: DataSettings, known: Known, listed: Sequence[Listed], decode: Decode = decode_files
) -> Dataset:
    """Read texts that are files, whose classes and parts are known.

    Raises:
        DataError: a file holds no text, or a label table names files that do not exist.
    """
    kind = FileKind(kind="text", noun="text", subject=FILE, suffixes=SUFFIXES, decode=decode)
    dataset = read_files(source, settings, known, kind, listed)
    frame = dataset.frame.drop([FILE] if dataset.frame.width == len((FILE, TEXT)) and not known else [])
    subject = subject_of(known)
    return replace(dataset, frame=frame.rename({TEXT: subject}), subject=subject)


def subject_of(known: Known) -> str:
    """Return what the column of texts is called: as in the table that a run has learnt from, or `text`.

    Example:
        >>> subject_of(())
        'text'
    """
    learnt = [column.name for column in known if column.kind == "text" and column.role == "feature"]
    return learnt[0] if len(learnt) == 1 else TEXT


def list_texts(root: Path, names: Sequence[PurePath]) -> tuple[list[Listed], tuple[Decision, ...]]:
    """Return the texts with the class and part that their folders name, and what was left out.

    Args:
        root: of the names.
        names: of the files, relative to it.

    Example:
        >>> listed, _ = list_texts(Path("a"), [PurePath("r/pos/1.txt"), PurePath("r/neg/1.txt")])
        >>> [item.label for item in listed]
        ['neg', 'pos']
    """
    names = sorted(names)
    common = _common_folders(names)
    listed = []
    for name in names:
        folders = name.parts[:-1][common:] if len(name.parts) > common else ()
        part = folders[0].lower() if folders and folders[0].lower() in PART_FOLDERS else None
        label = "/".join(folders[1:] if part else folders) or None
        listed.append(Listed(path=root / name, label=label, part=part))
    if all(item.label is None for item in listed):
        return listed, ()
    aside = [item for item in listed if item.label is None or item.label.lower() in WITHOUT_CLASS]
    if len(aside) == len(listed):
        return listed, ()
    return [item for item in listed if item not in aside], _said_aside(aside, root)


def _common_folders(names: Sequence[PurePath]) -> int:
    """Return how many folders enclose all classes and parts: an archive's own one says nothing of its texts."""
    folders = [name.parts[:-1] for name in names if name.parts[:-1]]
    count = 0
    while (
        folders
        and all(len(parts) > count for parts in folders)
        and any(len(parts) > count + 1 for parts in folders)
        and len({parts[count] for parts in folders}) == 1
        and folders[0][count].lower() not in PART_FOLDERS
    ):
        count += 1
    return count


def _said_aside(aside: Sequence[Listed], root: Path) -> tuple[Decision, ...]:
    """Say which files are in no folder of a class."""
    if not aside:
        return ()
    shown = ", ".join(str(item.path.relative_to(root)) for item in aside[:SHOWN_FILES])
    said = Decision(
        topic="texts without a class",
        choice=f"{len(aside)} left out",
        reason=f"they are in no folder of a class: {shown}{' …' if len(aside) > SHOWN_FILES else ''}",
        warning=True,
    )
    return (said,)


def _said_empty(files: Sequence[Path], empty: dict[int, str]) -> tuple[Decision, ...]:
    """Say which texts are empty."""
    if not empty:
        return ()
    shown = ", ".join(files[place].name for place in sorted(empty)[:SHOWN_FILES])
    said = Decision(
        topic="empty texts",
        choice=f"{len(empty)} left out",
        reason=f"nothing can be learnt of them: {shown}{' …' if len(empty) > SHOWN_FILES else ''}",
        warning=True,
    )
    return (said,)
