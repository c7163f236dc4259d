"""From a source to everything that training needs: data, task, split, choice of a network, transform, batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.batches import InMemory
from pellucid.data.dataset import Dataset
from pellucid.data.reading import read
from pellucid.data.schema import Description, describe
from pellucid.data.split import Split, split
from pellucid.data.transforms.picture import fit_picture
from pellucid.data.transforms.table import TableTransform, fit_table
from pellucid.foundation.records import Decision, InputSpec
from pellucid.networks.choose import Choice, choose, recommend
from pellucid.networks.family import Recommendation
from pellucid.runs.settings import Settings
from pellucid.tasks.binary import Binary
from pellucid.tasks.infer import infer
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.task import Target, Task
from pellucid.workbench.transforms import JUDGING_BATCH, Transform, batches_of, transformed

PARTS: Final = ("train", "validation", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The data, understood and turned into numbers; nothing has been learnt yet but the transform."""

    dataset: Dataset
    description: Description
    task: Task
    split: Split
    choice: Choice
    transform: Transform
    recommendation: Recommendation
    """What the chosen network wants for the training settings that were left open."""
    spec: InputSpec
    inputs: tuple[NDArray[Any], ...]
    """Of all rows, in the order of the data; parts are index arrays into them."""
    targets: NDArray[Any]
    """Encoded, of all rows."""
    offset: NDArray[np.float64] | None
    """(n,) log exposure."""
    decisions: tuple[Decision, ...]
    seconds: dict[str, float]

    def rows(self, part: str) -> NDArray[np.int64]:
        """Return the row numbers of a part."""
        rows: NDArray[np.int64] = getattr(self.split, part)
        return rows

    def batches(
        self,
        part: str,
        *,
        batch_size: int = JUDGING_BATCH,
        seed: int | None = None,
        device: str = "cpu",
        channels_last: bool = False,
    ) -> InMemory:
        """Return the batches of a part: shuffled by `seed`, or in the order of the data without one."""
        rows = self.rows(part)
        return batches_of(
            [array[rows] for array in self.inputs],
            self.targets[rows],
            None if self.offset is None else self.offset[rows],
            self.spec,
            batch_size=batch_size,
            seed=seed,
            device=device,
            channels_last=channels_last,
        )


def prepare(source: Any, settings: Settings) -> Prepared:
    """Read and understand the data, and choose what will be trained on them.

    Raises:
        DataError: the data cannot be read, or cannot be learnt from.
        UnknownNameError: a target, column, task or network does not exist.
        RangeError: a setting is out of range, or impossible for these data.
    """
    started = time.perf_counter()
    dataset = read(source, settings.data)
    read_seconds = time.perf_counter() - started
    description = describe(dataset, settings.data, settings.run.target or None)
    dataset, targets = description.dataset, description.targets
    task, task_decisions = infer(targets, settings.task, exposure=description.exposure)
    parts = split(dataset, description, settings.data, stratify=task.strata(targets), seed=settings.run.seed)
    choice, network_decisions = choose(dataset.kind, len(parts.train), task, settings.network.network)
    transform = _fitted(dataset, description, parts, choice)
    offset = None if description.exposure is None else np.log(description.exposure)
    task = task.fitted(rows_of(targets, parts.train), None if offset is None else offset[parts.train])
    spec = transform.spec(len(parts.train))
    recommendation = recommend(choice, spec, task)
    if settings.task.label_smoothing is None and isinstance(task, (Binary, Multiclass)):
        task = replace(task, label_smoothing=float(recommendation.settings.get("label_smoothing", 0.0)))
    decisions = (*dataset.decisions, *description.decisions, *task_decisions, *parts.decisions, *network_decisions)
    if isinstance(transform, TableTransform):
        decisions += transform.decisions
    inputs = transformed(transform, dataset).arrays
    return Prepared(
        dataset=dataset,
        description=description,
        task=task,
        split=parts,
        choice=choice,
        transform=transform,
        recommendation=recommendation,
        spec=spec,
        inputs=inputs,
        targets=task.encode(targets),
        offset=offset,
        decisions=decisions,
        seconds={"read": read_seconds, "prepare": time.perf_counter() - started - read_seconds},
    )


def _fitted(dataset: Dataset, description: Description, parts: Split, choice: Choice) -> Transform:
    """Return the transform of the inputs, fitted on the training rows alone."""
    if dataset.pixels is not None:
        return fit_picture(dataset.pixels[parts.train])
    return fit_table(
        dataset.frame[parts.train], description.columns, description.features, categories=choice.categories
    )


def rows_of(targets: Sequence[Target], rows: NDArray[np.int64]) -> tuple[Target, ...]:
    """Return the targets of some rows."""
    return tuple(
        replace(target, values=target.values[rows], rows=None if target.rows is None else target.rows[rows])
        for target in targets
    )
