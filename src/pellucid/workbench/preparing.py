"""From a source to everything that training needs: data, task, split, transform, network, batches, resolved settings."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.batches import InMemory
from pellucid.data.dataset import Dataset
from pellucid.data.reading import read
from pellucid.data.schema import Description, describe
from pellucid.data.split import Split, split
from pellucid.data.transforms.picture import PictureTransform, fit_picture
from pellucid.data.transforms.table import TableTransform, fit_table
from pellucid.foundation.records import Decision, InputSpec
from pellucid.networks.choose import Choice, build, choose, recommend
from pellucid.tasks.infer import infer
from pellucid.tasks.task import Target, Task
from pellucid.training.settings import TrainingSettings
from pellucid.workbench.settings import Settings

if TYPE_CHECKING:
    from torch import nn

PARTS: Final = ("train", "validation", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The data, understood and turned into numbers; nothing has been learnt yet but the transform."""

    dataset: Dataset
    description: Description
    task: Task
    split: Split
    choice: Choice
    transform: TableTransform | PictureTransform
    spec: InputSpec
    inputs: tuple[NDArray[Any], ...]
    """Of all rows, in the order of the data; parts are index arrays into them."""
    targets: NDArray[Any]
    """Encoded, of all rows."""
    offset: NDArray[np.float32] | None
    """(n,) log exposure."""
    decisions: tuple[Decision, ...]
    seconds: dict[str, float]

    def rows(self, part: str) -> NDArray[np.int64]:
        """Return the row numbers of a part."""
        rows: NDArray[np.int64] = getattr(self.split, part)
        return rows


def prepare(source: Any, settings: Settings) -> Prepared:
    """Read and understand the data, and choose what will be trained on them.

    Raises:
        DataError: the data cannot be read, or cannot be learnt from.
        UnknownNameError: a target, column, task or network does not exist.
        RangeError: a setting is out of range, or impossible for these data.
    """
    started = time.perf_counter()
    dataset = read(source, settings.data)
    seconds = {"read": time.perf_counter() - started}
    description = describe(dataset, settings.data, settings.run.target)
    task, task_decisions = infer(description.targets, settings.task, exposure=description.exposure is not None)
    parts = split(dataset, description, settings.data, stratify=_strata(task, description), seed=settings.run.seed)
    choice, network_decisions = choose(dataset.kind, len(parts.train), task, settings.network.network)
    transform = _fit_transform(dataset, description, parts, choice)
    inputs = transform.apply(dataset).arrays
    task = task.fitted(_rows_of(description.targets, parts.train))
    seconds["prepare"] = time.perf_counter() - started - seconds["read"]
    return Prepared(
        dataset=dataset,
        description=description,
        task=task,
        split=parts,
        choice=choice,
        transform=transform,
        spec=transform.spec(len(parts.train)),
        inputs=inputs,
        targets=task.encode(description.targets),
        offset=None if description.exposure is None else np.log(description.exposure).astype(np.float32),
        decisions=(
            *dataset.decisions, *description.decisions, *task_decisions, *parts.decisions, *network_decisions,
            *transform.decisions,
        ),
        seconds=seconds,
    )
