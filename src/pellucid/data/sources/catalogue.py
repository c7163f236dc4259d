"""The sources, in the order in which they are asked; the last takes any file that no other one takes."""

from __future__ import annotations

from typing import Final

from pellucid.data.sources.arff import ARFF
from pellucid.data.sources.arrays import ARRAYS
from pellucid.data.sources.delimited import DELIMITED
from pellucid.data.sources.frames import FRAME
from pellucid.data.sources.idx import IDX
from pellucid.data.sources.json_lines import JSON_LINES
from pellucid.data.sources.named import NAMED
from pellucid.data.sources.parquet import PARQUET
from pellucid.data.sources.picture_folder import PICTURE_FOLDER
from pellucid.data.sources.source import Source

SOURCES: Final[tuple[Source, ...]] = (
    NAMED,
    ARRAYS,
    FRAME,
    IDX,
    PICTURE_FOLDER,
    PARQUET,
    ARFF,
    JSON_LINES,
    DELIMITED,
)
