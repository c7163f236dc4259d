"""Examples, and what is known of the data before step 1. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Examples:
    """Inputs and targets, as the loader gives them."""

    inputs: tuple[Tensor, ...]
    """What `network(*inputs)` takes, each (n, …)."""
    targets: Any
    """Usually a tensor (n,) or (n, o)."""
    axis: int = 0
    """The axis of the inputs along which the examples lie: 1 where time comes first, (t, n, …)."""

    def __len__(self) -> int:
        return int(self.inputs[0].shape[self.axis])

    def take(self, rows: slice | Tensor) -> Examples:
        """Return some of the rows."""
        targets = self.targets[rows] if isinstance(self.targets, Tensor) else self.targets
        if self.axis:
            return Examples(tuple(one[:, rows] for one in self.inputs), targets, self.axis)
        return Examples(tuple(one[rows] for one in self.inputs), targets)

    @property
    def by_row(self) -> tuple[Tensor, ...]:
        """The inputs with the examples along the first axis."""
        return tuple(one.transpose(0, 1) for one in self.inputs) if self.axis else self.inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How the training rows vary from one reading to the next."""

    readings: tuple[Examples, ...]
    """The same rows, read several times; equal where nothing is varied at random."""
    varies: bool
    same_in_workers: bool
    """Whether two workers of the loader, started as it starts them, read the same variation."""
    same_in_epochs: bool
    """Whether a worker reads the same variation in the next epoch."""
    reseeds: str
    """The global generator that reading a row sets to a fixed state: "torch", "numpy", "random"; "" for none."""
    one_seed: str = ""
    """The seed of a generator that is made anew for every row, and always with this seed; "" for none."""


@dataclass(slots=True, kw_only=True)
class DataFacts:
    """What the loaders give. All tensors are on the CPU."""

    train: Examples | None
    """Up to 4096 training examples, spread over the whole set; None where the loader can be gone through only once."""
    validation: Examples | None
    """Up to 4096 examples for validation."""
    train_rows: int | None
    """How many training examples there are in all, where that is known."""
    validation_rows: int | None
    batches: tuple[Examples, ...]
    """The first batches (up to 8), in the loader's order."""
    again: tuple[Examples, ...]
    """The first batches of a second pass: equal to `batches` where nothing is shuffled and nothing augmented."""
    batches_in_epoch: int | None
    """len(train_loader)."""
    all_batch_sizes: tuple[int, ...] = ()
    """The first, and the last batch's size where it is known from the sampler."""
    validation_marks: tuple[float, ...] = ()
    """Fingerprints of the first validation batches: an evaluation pass is known by them."""
    rows_held: int | None = None
    """How many rows the training dataset holds, where its sampler or its length leave some out; else None."""
    variation: Variation | None = None
    """What reading a training row twice gives; None where the loader cannot be asked for single rows."""
    once: Any = None
    """The training loader itself where it is an iterator, which can be gone through only once; never to be drawn from.
    """
