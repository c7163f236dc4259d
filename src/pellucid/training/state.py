"""Everything about a training that changes while it runs, and its way into tensors and numbers and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.training.records import EpochRecord, Stopped
from pellucid.training.steps import LossScale
from pellucid.training.stopping import Kept
from pellucid.training.updates import Resumable
from pellucid.training.vectors import Vector


@dataclass(slots=True, kw_only=True)
class Counters:
    """Where the training is."""

    epoch: int = 0
    """Epochs completed."""
    step: int = 0
    """Steps taken in the present epoch."""
    seen: int = 0
    """Examples seen in the present epoch."""
    seconds: float = 0.0
    """All time so far."""
    epoch_seconds: float = 0.0
    """Time of the present epoch so far."""
    rate: float = 0.0
    """The learning rate before the schedule's factor."""
    best_epoch: int = 0
    """The epoch whose weights are kept; 0: those from before training."""
    best_value: float | None = None
    """What that epoch was judged by, higher being better."""
    stale: int = 0
    """Epochs since."""
    stopped: Stopped | None = None
    """Why the training ended; None while it goes on or was interrupted."""


@dataclass(slots=True, kw_only=True)
class State:
    """The changing parts of one training."""

    counters: Counters
    history: list[EpochRecord] = field(default_factory=list)
    loss_sum: Tensor
    """Of the present epoch: losses times examples, on the device."""
    vectors: Sequence[Vector]
    others: list[Tensor]
    """Buffers and frozen parameters of network and objective."""
    best: Kept
    updater: Resumable
    scale: LossScale | None
    device: torch.device

    def tensors(self) -> dict[str, Tensor]:
        """Return every tensor that a resumed training needs, by name."""
        found = {f"vector.{number}": vector.weights for number, vector in enumerate(self.vectors)}
        found |= {f"other.{number}": tensor for number, tensor in enumerate(self.others)}
        found |= {f"best.{number}": tensor for number, tensor in enumerate(self.best.copies)}
        found |= {f"updater.{name}": tensor for name, tensor in self.updater.tensors().items()}
        found |= {f"random.{name}": tensor for name, tensor in random_states(self.device).items()}
        return found | {"loss_sum": self.loss_sum, "history": history_tensor(self.history)}

    def numbers(self) -> dict[str, Any]:
        """Return the rest of the state, as JSON can hold it."""
        return {
            "updater": self.updater.numbers(),
            "scale": None if self.scale is None else [self.scale.factor, self.scale.good_steps],
            "scores": sorted({name for record in self.history for name in record.scores}),
            "validated": any(record.validation_loss is not None for record in self.history),
        }

    @torch.no_grad()
    def load(self, counters: Counters, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Take over a saved state, in place; the random generators too."""
        self.counters = counters
        groups: dict[str, dict[str, Tensor]] = {}
        for path, tensor in tensors.items():
            group, _, name = path.partition(".")
            groups.setdefault(group, {})[name] = tensor
        for number, vector in enumerate(self.vectors):
            vector.weights.copy_(tensors[f"vector.{number}"])
        for number, other in enumerate(self.others):
            other.copy_(tensors[f"other.{number}"])
        for number, copy in enumerate(self.best.copies):
            copy.copy_(tensors[f"best.{number}"])
        self.updater.load(groups.get("updater", {}), numbers["updater"])
        self.updater.rate = counters.rate
        if self.scale is not None:
            self.scale.factor, self.scale.good_steps = numbers["scale"]
        self.loss_sum.copy_(tensors["loss_sum"])
        self.history[:] = history_records(tensors["history"], numbers["scores"], numbers["validated"])
        restore_random_states(groups["random"], self.device)


def random_states(device: torch.device) -> dict[str, Tensor]:
    """Return the states of the generators that dropout draws from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Put the generators into these states; those of a device that is not used now are left out."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])


def history_tensor(history: Sequence[EpochRecord]) -> Tensor:
    """Return the records as float64 (epochs, 4 + scores): exact, small, and NaN stays NaN, unlike in JSON."""
    names = sorted({name for record in history for name in record.scores})
    rows = [
        [
            record.train_loss,
            math.nan if record.validation_loss is None else record.validation_loss,
            record.rate,
            record.seconds,
            *(record.scores.get(name, math.nan) for name in names),
        ]
        for record in history
    ]
    return torch.tensor(rows, dtype=torch.float64).reshape(len(rows), 4 + len(names))


def history_records(table: Tensor, scores: Sequence[str], validated: bool) -> list[EpochRecord]:
    """Undo `history_tensor`."""
    return [
        EpochRecord(
            epoch=epoch,
            train_loss=train_loss,
            validation_loss=validation_loss if validated else None,
            scores=dict(zip(scores, watched, strict=True)) if validated else {},
            rate=rate,
            seconds=seconds,
        )
        for epoch, (train_loss, validation_loss, rate, seconds, *watched) in enumerate(table.tolist(), start=1)
    ]


def lasting_tensors(network: nn.Module, objective: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """Return the buffers and the frozen parameters of network and objective, each once."""
    buffers = {id(tensor): tensor for module in (network, objective) for tensor in module.buffers()}
    frozen = {
        id(parameter): parameter.detach()
        for module in (network, objective)
        for parameter in module.parameters()
        if not parameter.requires_grad
    }
    return list(buffers.values()), list(frozen.values())
