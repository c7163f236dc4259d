"""Folders of pictures: one folder for each class, pictures with a table of labels, or unlabelled ones to predict."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pellucid.data.dataset import PICTURE, Dataset
from pellucid.data.pixels import PICTURE_SUFFIXES, decode
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import FileKind, holds, read_files
from pellucid.data.sources.source import Known, Source

PICTURE_FILES: Final = FileKind(
    kind="picture", noun="picture", subject=PICTURE, suffixes=PICTURE_SUFFIXES, decode=decode
)


def is_picture_folder(source: Any) -> bool:
    """Say whether a source is a folder with pictures in it (at any depth), or one picture."""
    return holds(source, PICTURE_SUFFIXES)


def read_picture_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the pictures of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a picture cannot be read, or a label table names files that do not exist.
    """
    return read_files(source, settings, known, PICTURE_FILES)


PICTURE_FOLDER: Final = Source(
    name="picture folder",
    title="a folder of pictures: a folder for each class, or --labels TABLE",
    kind="picture",
    suffixes=PICTURE_SUFFIXES,
    recognises=is_picture_folder,
    read=read_picture_folder,
)
