"""The sources, in the order in which they are asked; the last takes any file that no other one takes."""

from __future__ import annotations

from typing import Final

from pellucid.data.sources.arff import ARFF
from pellucid.data.sources.array_file import ARRAY_FILE
from pellucid.data.sources.arrays import ARRAYS
from pellucid.data.sources.cifar import CIFAR
from pellucid.data.sources.clip_folder import CLIP_FOLDER
from pellucid.data.sources.delimited import DELIMITED
from pellucid.data.sources.fetched import FETCHED
from pellucid.data.sources.frames import FRAME
from pellucid.data.sources.hub import HUB
from pellucid.data.sources.idx import IDX
from pellucid.data.sources.json_lines import JSON_LINES
from pellucid.data.sources.named import NAMED
from pellucid.data.sources.npz import NPZ
from pellucid.data.sources.parquet import PARQUET
from pellucid.data.sources.picture_folder import PICTURE_FOLDER
from pellucid.data.sources.series_folder import SERIES_FOLDER
from pellucid.data.sources.sound_folder import SOUND_FOLDER
from pellucid.data.sources.source import Source
from pellucid.data.sources.text_archive import TEXT_ARCHIVE
from pellucid.data.sources.text_folder import TEXT_FOLDER
from pellucid.data.sources.text_lines import TEXT_LINES
from pellucid.data.sources.ts import TS
from pellucid.data.sources.ucr_table import UCR_TABLE
from pellucid.data.sources.volume_folder import VOLUME_FOLDER

SOURCES: Final[tuple[Source, ...]] = (
    NAMED,
    FETCHED,
    HUB,
    ARRAYS,
    FRAME,
    IDX,
    NPZ,
    ARRAY_FILE,
    TS,
    UCR_TABLE,
    CIFAR,
    CLIP_FOLDER,
    VOLUME_FOLDER,
    PICTURE_FOLDER,
    SOUND_FOLDER,
    SERIES_FOLDER,
    PARQUET,
    ARFF,
    JSON_LINES,
    TEXT_LINES,
    TEXT_FOLDER,
    TEXT_ARCHIVE,
    DELIMITED,
)
