"""What comes before the first step: the learning rate found, the machinery put together, a checkpoint taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Final

import torch
from torch import nn

from pellucid.foundation.batches import BatchSource
from pellucid.foundation.records import Decision
from pellucid.foundation.seeds import seed_for
from pellucid.training.assembly import Assembly, assemble
from pellucid.training.checkpoint import FILE_NAME, Checkpoints, Identity
from pellucid.training.devices import choose_device
from pellucid.training.finder import LOWEST, find_rate
from pellucid.training.settings import TrainingSettings
from pellucid.training.state import Counters, State, lasting_tensors
from pellucid.training.stopping import Kept

FREE_TO_CHANGE: Final = ("device", "threads", "compile", "checkpoint_seconds")
"""Settings with which a training may be continued differently: they change its speed, and at most its last bits."""


def prepare(
    network: nn.Module,
    objective: nn.Module,
    batches: BatchSource,
    settings: TrainingSettings,
    seed: int,
    folder: Path | None,
) -> tuple[Assembly, State, Checkpoints | None, tuple[Decision, ...]]:
    """Return the machinery, the state to go on from, the checkpoints, and what was decided."""
    said: tuple[Decision, ...] = ()
    rate = settings.learning_rate
    if not isinstance(rate, int | float):
        if folder is None or not (folder / FILE_NAME).exists():
            found = find_rate(network, objective, batches, settings, seed=seed)
            rate, said = found.suggestion, (found.decision(),)
        else:
            rate = LOWEST  # the checkpoint knows the one that was found
    identity = identity_of(network, objective, batches, settings, seed)
    assembly = assemble(network, objective, settings, rate=float(rate), batches=batches.steps)
    state = first_state(network, objective, assembly)
    checkpoints = None if folder is None else Checkpoints(folder, settings.checkpoint_seconds, identity)
    if checkpoints is not None:
        checkpoints.load(state)
    return assembly, state, checkpoints, (*assembly.decisions, *said)


def first_state(network: nn.Module, objective: nn.Module, assembly: Assembly) -> State:
    """Return the state before the first step."""
    device = assembly.forward.device
    buffers, frozen = lasting_tensors(network, objective)
    longest = torch.float32 if device.type == "mps" else torch.float64
    return State(
        counters=Counters(rate=assembly.updater.rate),
        loss_sum=torch.zeros((), dtype=longest, device=device),
        vectors=assembly.vectors,
        others=[*buffers, *frozen],
        best=Kept([*(vector.weights for vector in assembly.vectors), *buffers]),
        updater=assembly.updater,
        scale=assembly.scale,
        device=device,
    )


@contextmanager
def own_randomness(settings: TrainingSettings, seed: int) -> Iterator[None]:
    """Within the context, torch's generators are the training's own; afterwards they are as they were."""
    device, _ = choose_device(settings.device, settings.precision)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed_for(seed, "training"))
        yield


def identity_of(
    network: nn.Module, objective: nn.Module, batches: BatchSource, settings: TrainingSettings, seed: int
) -> Identity:
    """Return what must be the same for a training to be continued exactly."""
    shapes = [
        (name, tuple(tensor.shape))
        for module in (network, objective)
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]
    ]
    chosen = {
        field.name: value if isinstance(value, str | int | float | None) else getattr(value, "__qualname__", "own")
        for field in fields(settings)
        if field.name not in FREE_TO_CHANGE
        for value in [getattr(settings, field.name)]
    }
    layers = hashlib.blake2b(repr(shapes).encode(), digest_size=8).hexdigest()
    return {**chosen, "seed": seed, "examples": len(batches), "batches": batches.steps, "layers": layers}
