"""Small problems that the tests of training share: batches in memory, a loss with the tasks' signature, networks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.foundation.batches import Batch
from pellucid.foundation.seeds import torch_generator
from pellucid.training.events import Event


class Memory:
    """A BatchSource over tensors."""

    def __init__(
        self,
        inputs: tuple[Tensor, ...],
        targets: Tensor,
        size: int,
        seed: int | None = None,
        offset: Tensor | None = None,
    ) -> None:
        self.inputs, self.targets, self.size, self.seed, self.offset = inputs, targets, size, seed, offset

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def steps(self) -> int:
        return -(-len(self) // self.size)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        rows = torch.arange(len(self))
        if self.seed is not None:
            rows = torch.randperm(len(self), generator=torch_generator(self.seed, "order", epoch))
        for number in range(start, self.steps):
            part = rows[number * self.size : (number + 1) * self.size]
            offset = None if self.offset is None else self.offset[part]
            yield Batch(tuple(values[part] for values in self.inputs), self.targets[part], offset)


class Loss(nn.Module):
    """Squared error, cross-entropy, binary cross-entropy or Poisson, of logits (n, o) or (n, e, o)."""

    def __init__(self, kind: str = "squared") -> None:
        super().__init__()
        self.kind = kind

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        if logits.ndim == 3:
            return torch.stack([self(member, targets, offset) for member in logits.unbind(1)]).mean()
        if self.kind == "classes":
            return functional.cross_entropy(logits, targets)
        if self.kind == "labels":
            return functional.binary_cross_entropy_with_logits(logits, targets)
        if self.kind == "counts":
            logits = logits if offset is None else logits + offset[:, None]
            return functional.poisson_nll_loss(logits, targets)
        return functional.mse_loss(logits, targets)


class Recorder:
    """An observer that keeps every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def on(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass(frozen=True)
class Problems:
    """Makers of small problems; all deterministic."""

    Memory = Memory
    Loss = Loss
    Recorder = Recorder

    @staticmethod
    def dense(*sizes: int, dropout: float = 0.0, seed: int = 0) -> nn.Sequential:
        torch.manual_seed(seed)
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Linear(before, after), nn.Tanh(), nn.Dropout(dropout)]
        return nn.Sequential(*layers[:-2])

    @staticmethod
    def pictures(dropout: float = 0.0) -> nn.Sequential:
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(dropout), nn.Linear(24, 3),
        )  # fmt: skip

    @staticmethod
    def numbers(n: int = 64, size: int = 16, seed: int | None = 1, noise: float = 0.1) -> Memory:
        generator = torch.Generator().manual_seed(5)
        x = torch.randn(n, 3, generator=generator)
        y = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3 + noise * torch.randn(n, 1, generator=generator)
        return Memory((x,), y, size, seed)

    @staticmethod
    def shapes(n: int = 48, size: int = 16, seed: int | None = 1) -> Memory:
        generator = torch.Generator().manual_seed(6)
        labels = torch.randint(0, 3, (n,), generator=generator)
        pictures = torch.randn(n, 1, 8, 8, generator=generator) * 0.3
        for row, label in enumerate(labels.tolist()):
            pictures[row, 0, 2 * label : 2 * label + 3] += 1.0
        return Memory((pictures,), labels, size, seed)


@pytest.fixture(scope="session")
def problems() -> Problems:
    return Problems()


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)
