"""The three ways to train a workload: Pellucid's `train`, the loop that everybody writes, and one tuned by hand."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from rich.console import Console
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.speed.networks import fresh
from benchmarks.speed.workloads import Workload
from pellucid.data.batches import InMemory, Normalise
from pellucid.training.devices import uses_channels_last
from pellucid.training.history import History
from pellucid.training.loop import train
from pellucid.training.progress import Progress
from pellucid.training.settings import TrainingSettings


@dataclass(frozen=True)
class Outcome:
    """One run."""

    seconds: float
    loss: float
    """Mean training loss of the last epoch."""


class Objective(nn.Module):
    """A plain loss in the form that `train` takes."""

    def __init__(self, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss."""
        return self.loss(logits, targets)


def pellucid(workload: Workload, inputs: Tensor, targets: Tensor) -> Outcome:
    """Train with Pellucid, progress and history on."""
    network, history = fresh(workload.network), History()
    settings = TrainingSettings(
        epochs=workload.epochs,
        batch_size=workload.batch_size,
        optimizer=workload.optimizer,
        learning_rate=workload.rate,
        device="cpu",
    )
    began = time.perf_counter()
    transform = None
    if workload.pictures:
        channels = workload.shape[0]
        last = uses_channels_last(network, torch.device("cpu"))
        transform = Normalise(mean=(0.0,) * channels, std=(1.0,) * channels, channels_last=last)
    batches = InMemory([inputs], targets, batch_size=workload.batch_size, seed=0, transform=transform)
    progress = Progress(Console(file=io.StringIO()))
    train(network, Objective(workload.loss), batches, None, settings, seed=0, observers=(progress, history))
    return Outcome(time.perf_counter() - began, history.records[-1].train_loss)


def idiomatic(workload: Workload, inputs: Tensor, targets: Tensor) -> Outcome:
    """Train with the loop of the tutorials: DataLoader, torch.optim, loss.item() at every step."""
    network = fresh(workload.network)
    dataset = TensorDataset(_as_floats(workload, inputs), targets)  # the conversion is not timed
    began = time.perf_counter()
    loader = DataLoader(dataset, batch_size=workload.batch_size, shuffle=True)
    optimizer = workload.torch_optimizer(network.parameters(), lr=workload.rate)
    network.train()
    for _ in range(workload.epochs):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = workload.loss(network(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
    return Outcome(time.perf_counter() - began, total / workload.examples)


def tuned(workload: Workload, inputs: Tensor, targets: Tensor) -> Outcome:
    """Train with a loop tuned by hand: no loader, one gather per tensor, channels-last pictures, no waiting."""
    network = fresh(workload.network)
    last = any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())
    began = time.perf_counter()
    if last:
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stub
    optimizer = workload.torch_optimizer(network.parameters(), lr=workload.rate)
    n, size = workload.examples, workload.batch_size
    total = torch.zeros(())
    for _ in range(workload.epochs):
        order = torch.randperm(n) if size < n else None
        total.zero_()
        for start in range(0, n, size):
            if order is None:
                x, y = inputs, targets
            else:
                rows = order[start : start + size]
                x, y = inputs.index_select(0, rows), targets.index_select(0, rows)
            x = _as_floats(workload, x)
            if last:
                x = x.contiguous(memory_format=torch.channels_last)
            loss = workload.loss(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(y)
    return Outcome(time.perf_counter() - began, float(total) / n)


def _as_floats(workload: Workload, inputs: Tensor) -> Tensor:
    """Return float32 inputs, pictures between 0 and 1."""
    return inputs.float().div_(255) if workload.pictures else inputs.float()


CONTESTANTS: dict[str, Callable[[Workload, Tensor, Tensor], Outcome]] = {
    "pellucid": pellucid,
    "idiomatic": idiomatic,
    "tuned": tuned,
}
