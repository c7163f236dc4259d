"""All kinds of input, in one explicit tuple."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.data.modalities.modality import Modality
from pellucid.data.modalities.picture import PICTURES
from pellucid.data.modalities.table import TABLES

MODALITIES: Final[tuple[Modality, ...]] = (
    TABLES,
    PICTURES,
)

BY_KIND: Final[Mapping[str, Modality]] = MappingProxyType({modality.kind: modality for modality in MODALITIES})
