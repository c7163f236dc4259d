"""The fitted transform of the inputs, of whatever kind: applied, written to JSON, read back, turned into batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from pellucid.data.batches import InMemory, Normalise
from pellucid.data.dataset import Dataset
from pellucid.data.transforms.inputs import Inputs
from pellucid.data.transforms.picture import PictureTransform
from pellucid.data.transforms.table import TableTransform
from pellucid.foundation.records import InputSpec

Transform = TableTransform | PictureTransform
JUDGING_BATCH: Final = 1024  # without gradients the size changes nothing but memory and time
KINDS: Final[Mapping[str, type[Transform]]] = {"table": TableTransform, "picture": PictureTransform}


def transformed(transform: Transform, dataset: Dataset) -> Inputs:
    """Return all rows as arrays for the network."""
    if isinstance(transform, TableTransform):
        return transform.apply(dataset.frame)
    return transform.apply(dataset)


def transform_to_json(transform: Transform) -> dict[str, Any]:
    """Return what `transform_from_json` reads."""
    kind = next(name for name, kind in KINDS.items() if isinstance(transform, kind))
    return {"kind": kind, **msgspec.to_builtins(transform)}


def transform_from_json(record: Mapping[str, Any]) -> Transform:
    """Return the transform that `transform_to_json` wrote."""
    fields = {name: value for name, value in record.items() if name != "kind"}
    return msgspec.convert(fields, KINDS[record["kind"]])


def batches_of(
    inputs: Sequence[NDArray[Any]],
    targets: NDArray[Any],
    offset: NDArray[np.float64] | None,
    spec: InputSpec,
    *,
    batch_size: int = JUDGING_BATCH,
    seed: int | None = None,
    device: str = "cpu",
    channels_last: bool = False,
) -> InMemory:
    """Return batches of rows: in their order for judging and predicting, shuffled by `seed` for training."""
    normalise = Normalise(mean=spec.mean, std=spec.std, channels_last=channels_last) if spec.kind == "picture" else None
    return InMemory(inputs, targets, offset, batch_size=batch_size, seed=seed, device=device, transform=normalise)
