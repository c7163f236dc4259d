"""What arrives at the first layer with weights: the inputs as the network's own scaling leaves them. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import ACTIVATIONS, NORMS, WEIGHTED

LOOKED_UP: Final = frozenset({"embedding", "embedding_bag"})
SPATIAL: Final = {"conv1d": 1, "conv2d": 2, "conv3d": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What arrives at the first layer with weights, on the probe batch."""

    values: Tensor
    """(n, …) as the layer gets them."""
    columns: Tensor
    """(n, d): every feature a column, (n * places, channels) for a convolution or a recurrent layer."""
    fan_in: int
    """How many numbers one unit adds up."""
    layer: str
    function: str
    normalised: bool
    """Whether a normalisation follows before anything that is not linear: the scale of the inputs is taken out "
    "again."""

    @property
    def spread(self) -> float:
        """How far rows differ for one unit: root of the summed variances of what it adds up."""
        deviations = self.columns.std(0, correction=0)
        return float((deviations.square().mean() * self.fan_in).sqrt())

    @property
    def size(self) -> float:
        """Root mean square of all values."""
        return float(self.columns.square().mean().sqrt())


def arrival_of(evidence: Evidence) -> Arrival | None:
    """Return what arrives; None where the first layer looks numbers up, or where none was seen."""
    made: Arrival | None = evidence.probes.once("arrival", lambda: _arrival(evidence))
    return made


def _arrival(evidence: Evidence) -> Arrival | None:
    calls = [] if evidence.contract is None else [one for one in evidence.contract.calls if one.kind != "loss"]
    place = next((i for i, one in enumerate(calls) if one.name in WEIGHTED), None)
    if place is None:
        return None
    first = calls[place]
    if first.name in LOOKED_UP or not first.inputs or not first.inputs[0].is_floating_point():
        return None
    values = first.inputs[0].detach().cpu().float()
    if values.ndim < 2 or not values.numel() or not bool(torch.isfinite(values).all()):  # noqa: PLR2004
        return None
    after = next((one.name for one in calls[place + 1 :] if one.name in NORMS | ACTIVATIONS | WEIGHTED), "")
    if first.name in SPATIAL:
        channels = values.ndim - SPATIAL[first.name] - 1
        columns = values.movedim(channels, -1).reshape(-1, values.shape[channels])
    else:
        columns = values.reshape(-1, values.shape[-1])
    return Arrival(
        values=values, columns=columns, fan_in=_fan_in(first.inputs, first.name, values), layer=first.module,
        function=first.name, normalised=after in NORMS,
    )  # fmt: skip


def _fan_in(inputs: tuple[Tensor, ...], function: str, values: Tensor) -> int:
    if function in SPATIAL and len(inputs) > 1:
        return int(inputs[1][0].numel())
    return int(values.shape[-1])
