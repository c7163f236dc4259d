"""Folders of texts: a folder for each class, texts with a table of labels, unlabelled ones to predict; or one text."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Listed, has_ending
from pellucid.data.sources.source import Known, Source, has_suffix
from pellucid.data.sources.text_files import SUFFIXES, list_texts, read_texts
from pellucid.data.text.prose import is_prose

TABLES: Final = (".csv", ".tsv", ".parquet", ".arff", ".json", ".jsonl", ".ndjson")
LOOKED_AT: Final = 5  # files of a folder: one that holds text for people is enough


def is_text_folder(source: Any) -> bool:
    """Say whether a source is a folder with texts in it (at any depth) and no table, or one text."""
    if not isinstance(source, Path):
        return False
    if source.is_file():
        return has_ending(source, SUFFIXES) and is_prose(source)
    if not source.is_dir() or any(has_suffix(path, *TABLES) for path in source.iterdir()):
        return False
    found = (path for path in source.rglob("*") if has_ending(path, SUFFIXES) and path.is_file())
    texts = list(islice(found, LOOKED_AT))
    empty = bool(texts) and not any(path.stat().st_size for path in texts)  # read says so
    return empty or any(is_prose(path, alone=False) for path in texts)


def read_text_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the texts of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a file holds no text, or a label table names files that do not exist.
    """
    if source.is_file():
        return read_texts(source, settings, known, [Listed(path=source, label=None, part=None)])
    names = [path.relative_to(source) for path in source.rglob("*") if has_ending(path, SUFFIXES) and path.is_file()]
    listed, said = list_texts(source, names)
    dataset = read_texts(source, settings, known, listed)
    return replace(dataset, decisions=(*said, *dataset.decisions))


TEXT_FOLDER: Final = Source(
    name="text folder",
    title="a folder of texts (.txt): a folder for each class, or --labels TABLE",
    kind="text",
    recognises=is_text_folder,
    read=read_text_folder,
)
