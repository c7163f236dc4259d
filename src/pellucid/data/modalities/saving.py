"""Transforms to JSON and back, whatever kind of input they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pellucid.data.forecasting.transform import ForecastTransform
from pellucid.data.modalities.catalogue import MODALITIES
from pellucid.data.modalities.modality import Transform

TRANSFORMS: Final[Mapping[str, type[Any]]] = {one.kind: one.transform for one in MODALITIES} | {
    "forecast": ForecastTransform  # of series too, but not that of series to classify
}


def transform_to_json(transform: Transform) -> dict[str, Any]:
    """Return what `transform_from_json` reads."""
    kind = next(name for name, one in TRANSFORMS.items() if type(transform) is one)
    return {"kind": kind, **msgspec.to_builtins(transform)}


def transform_from_json(record: Mapping[str, Any]) -> Transform:
    """Return the transform that `transform_to_json` wrote."""
    fields = {name: value for name, value in record.items() if name != "kind"}
    transform: Transform = msgspec.convert(fields, TRANSFORMS[record["kind"]])
    return transform
