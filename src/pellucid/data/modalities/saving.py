"""Transforms to JSON and back, whatever kind of input they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pellucid.data.modalities.catalogue import BY_KIND, MODALITIES
from pellucid.data.modalities.modality import Transform


def transform_to_json(transform: Transform) -> dict[str, Any]:
    """Return what `transform_from_json` reads."""
    kind = next(one.kind for one in MODALITIES if type(transform) is one.transform)
    return {"kind": kind, **msgspec.to_builtins(transform)}


def transform_from_json(record: Mapping[str, Any]) -> Transform:
    """Return the transform that `transform_to_json` wrote."""
    fields = {name: value for name, value in record.items() if name != "kind"}
    transform: Transform = msgspec.convert(fields, BY_KIND[record["kind"]].transform)
    return transform
