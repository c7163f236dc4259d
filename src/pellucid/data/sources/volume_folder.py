"""Folders of volumes (NIfTI, MGH, MINC, NumPy): a folder for each class, a table of labels, or unlabelled ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pellucid.data.dataset import Dataset
from pellucid.data.scans import ARRAY_SUFFIXES, SCAN_SUFFIXES, VOLUME_SUFFIXES
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import FileKind, has_ending, holds, read_files
from pellucid.data.sources.grouping import grouped
from pellucid.data.sources.source import Known, Source
from pellucid.data.volumes import decode

VOLUME: Final = "volume"  # the column that names the file of a volume
MOST_SHARE: Final = 0.5  # of the files in a folder
PERSON: Final = r"(?:^|[/_])(sub-[A-Za-z0-9]+)"  # as in the Brain Imaging Data Structure (Gorgolewski and others, 2016)
VOLUME_FILES: Final = FileKind(kind="volume", noun="volume", subject=VOLUME, suffixes=VOLUME_SUFFIXES, decode=decode)


def is_volume_folder(source: Any) -> bool:
    """Say whether a source is a folder with scans in it (at any depth) or with arrays most of all, or one scan.

    One file of NumPy may hold many volumes, and a folder of other things may have one beside them.
    """
    if holds(source, SCAN_SUFFIXES):
        return True
    if not isinstance(source, Path) or not source.is_dir():
        return False
    files = [path for path in source.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return sum(has_ending(path, ARRAY_SUFFIXES) for path in files) > MOST_SHARE * len(files)


def read_volume_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the volumes of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a volume cannot be read, or a label table names files that do not exist.
    """
    return grouped(read_files(source, settings, known, VOLUME_FILES), PERSON, "person", settings)


VOLUME_FOLDER: Final = Source(
    name="volume folder",
    title="a folder of volumes (NIfTI, MGH, MINC, .npy): a folder for each class, or --labels TABLE",
    kind="volume",
    suffixes=VOLUME_SUFFIXES,
    recognises=is_volume_folder,
    read=read_volume_folder,
)
