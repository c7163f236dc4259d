"""All kinds of input, in one explicit tuple."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.data.modalities.mixed import MIXED
from pellucid.data.modalities.modality import Modality
from pellucid.data.modalities.picture import PICTURES
from pellucid.data.modalities.series import SERIES
from pellucid.data.modalities.sound import SOUNDS
from pellucid.data.modalities.table import TABLES
from pellucid.data.modalities.text import TEXTS
from pellucid.data.modalities.video import VIDEOS
from pellucid.data.modalities.volume import VOLUMES

MODALITIES: Final[tuple[Modality, ...]] = (
    TABLES,
    PICTURES,
    TEXTS,
    SOUNDS,
    SERIES,
    VIDEOS,
    VOLUMES,
    MIXED,
)

BY_KIND: Final[Mapping[str, Modality]] = MappingProxyType({modality.kind: modality for modality in MODALITIES})
