"""Folders of sounds: a folder for each class, a table of labels, names that say it, or unlabelled ones to predict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pellucid.data.dataset import LABEL, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sounds import SOUND_SUFFIXES, decode
from pellucid.data.sources.file_names import FEWEST_GROUPS, from_names, said_group
from pellucid.data.sources.files import FileKind, holds, read_files
from pellucid.data.sources.source import Known, Source
from pellucid.data.tidy import text_of

SOUND: Final = "sound"  # the column that names the file of a sound
SOUND_FILES: Final = FileKind(kind="sound", noun="sound", subject=SOUND, suffixes=SOUND_SUFFIXES, decode=decode)
GROUP_NAMES: Final = (  # of columns of a table, with or without `_id` at the end
    "speaker",
    "recording",
    "actor",
    "singer",
    "person",
    "patient",
    "client",
)


def is_sound_folder(source: Any) -> bool:
    """Say whether a source is a folder with sounds in it (at any depth), or one sound."""
    return holds(source, SOUND_SUFFIXES)


def read_sound_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the sounds of a folder, with what their names or a table say of speakers.

    Raises:
        DataError: a sound cannot be read, or a label table names files that do not exist.
    """
    dataset = read_files(source, settings, known, SOUND_FILES)
    frame = dataset.frame
    group = next((name for name in frame.columns if name.lower().removesuffix("_id") in GROUP_NAMES), "")
    if settings.labels is None:
        stems = [Path(name).stem for name in frame[SOUND]]
        folders = LABEL in frame.columns and (known or frame[LABEL].n_unique() > 1)  # a single one says nothing
        named = from_names(stems, text_of(frame[LABEL]).to_list() if folders else None)
        group = named.group
        dataset = replace(
            dataset,
            frame=frame.with_columns(named.columns),
            target=(LABEL,) if LABEL in frame.columns or named.columns else (),
            decisions=(*dataset.decisions, *(() if known else named.decisions)),
        )
    values = dataset.frame[group] if group else None
    if values is None or values.null_count() or values.n_unique() < FEWEST_GROUPS:
        return dataset
    ours = settings.split in ("auto", "group") and settings.group is None and settings.test_path is None
    says = ours and dataset.test_rows is None and not known
    said = (said_group(group, values.n_unique()),) if says else ()
    return replace(dataset, group=group, decisions=(*dataset.decisions, *said))


SOUND_FOLDER: Final = Source(
    name="sound folder",
    title="a folder of sounds: a folder for each class, --labels TABLE, or names such as 7_jackson_32.wav",
    kind="sound",
    suffixes=SOUND_SUFFIXES,
    recognises=is_sound_folder,
    read=read_sound_folder,
)
