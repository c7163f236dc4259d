"""From a source to everything that training needs: data, task, split, choice of a network, transform, batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content
from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.recognise import recognise
from pellucid.data.modalities.catalogue import BY_KIND
from pellucid.data.modalities.modality import Fitting, Modality, Transform
from pellucid.data.options import FORECAST, check_options
from pellucid.data.reading import read
from pellucid.data.schema import Description, describe
from pellucid.data.split import Split, split
from pellucid.foundation.batches import BatchSource
from pellucid.foundation.records import Decision, InputSpec
from pellucid.foundation.seeds import numpy_generator
from pellucid.networks.choose import Choice, choose, recommend
from pellucid.networks.family import Recommendation
from pellucid.runs.settings import Settings
from pellucid.tasks.binary import Binary
from pellucid.tasks.catalogue import wish_called
from pellucid.tasks.infer import infer
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.task import Target, Task
from pellucid.workbench.transforms import batches_of, judging_batch

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
    transform: Transform
    recommendation: Recommendation
    """What the chosen network wants for the training settings that were left open."""
    spec: InputSpec
    fitting: Fitting
    """What the transform, and features for baselines, may look at besides the rows."""
    inputs: tuple[Content, ...]
    """Of all rows, in the order of the data; parts are index arrays into them."""
    targets: NDArray[Any]
    """Encoded, of all rows."""
    offset: NDArray[np.float64] | None
    """(n,) log exposure."""
    decisions: tuple[Decision, ...]
    seconds: dict[str, float]

    @property
    def modality(self) -> Modality:
        """The kind of input."""
        return BY_KIND[self.dataset.kind]

    @property
    def telling(self) -> NDArray[np.int64]:
        """The training rows whose targets tell the answer that the untrained network gives."""
        return self.split.train

    def rows(self, part: str) -> NDArray[np.int64]:
        """Return the row numbers of a part."""
        rows: NDArray[np.int64] = getattr(self.split, part)
        return rows

    def batches(
        self,
        part: str,
        *,
        batch_size: int | None = None,
        seed: int | None = None,
        device: str = "cpu",
        channels_last: bool = False,
    ) -> BatchSource:
        """Return the batches of a part: shuffled by `seed`, or in the order of the data without one."""
        return batches_of(
            self.transform,
            self.inputs,
            self.targets,
            self.offset,
            rows=self.rows(part),
            batch_size=batch_size or judging_batch(self.spec),
            seed=seed,
            device=device,
            channels_last=channels_last,
        )

    def some(self, part: str, most: int) -> BatchSource:
        """Return up to `most` examples of a part, evenly spread over it and shuffled: the first few are like all."""
        rows = self.rows(part)
        chosen = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.int64)]
        return batches_of(
            self.transform,
            self.inputs,
            self.targets,
            self.offset,
            rows=numpy_generator(0, "some").permutation(chosen),
            batch_size=judging_batch(self.spec),
            seed=None,
            device="cpu",
            channels_last=False,
        )

    def finished(self, task: Task, network: nn.Module) -> tuple[Task, tuple[Decision, ...]]:
        """Return the task with what is fitted after training (the intervals of a forecast), and what is said of it."""
        del network
        return task, ()


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
    series = recognise(dataset, settings.data, None if settings.task.task is None else wish_called(settings.task.task))
    if series is not None:
        from pellucid.workbench.forecasting import prepare_forecast

        check_options(settings.data, FORECAST)
        return prepare_forecast(dataset, series, settings, read_seconds)
    description = describe(dataset, settings.data, settings.run.target or None)
    dataset = description.dataset
    check_options(settings.data, dataset.kind)
    task, said_task = infer(description.targets, settings.task, exposure=description.exposure)
    strata = task.strata(description.targets)
    parts = split(dataset, description, settings.data, stratify=strata, seed=settings.run.seed)
    prepared = fitted(description, task, parts, settings)
    said = (*dataset.decisions, *description.decisions, *said_task, *parts.decisions, *prepared.decisions)
    seconds = {"read": read_seconds, "prepare": time.perf_counter() - started - read_seconds}
    return replace(prepared, decisions=said, seconds=seconds)


def fitted(description: Description, task: Task, parts: Split, settings: Settings) -> Prepared:
    """Return what is trained: the network chosen, the transform and the task fitted on the training rows alone."""
    dataset, train = description.dataset, parts.train
    choice, said_choice = choose(dataset.kind, len(train), task, settings.network.network)
    fitting = Fitting(
        settings=settings.data,
        columns=description.columns,
        features=description.features,
        categories=choice.categories,
        tokenizer=choice.tokenizer,
        seed=settings.run.seed,
        classes=classes_of(task),
    )
    transform = BY_KIND[dataset.kind].fit(dataset.take(train), fitting)
    offset = None if description.exposure is None else np.log(description.exposure)
    task = task.fitted(rows_of(description.targets, train), None if offset is None else offset[train])
    spec = transform.spec(len(train))
    recommendation = recommend(choice, spec, task)
    if settings.task.label_smoothing is None and isinstance(task, (Binary, Multiclass)):
        task = replace(task, label_smoothing=float(recommendation.settings.get("label_smoothing", 0.0)))
    applied, heard = transform.apply(dataset), BY_KIND[dataset.kind].applied
    said_rows = () if heard is None else heard(transform, applied, {part: getattr(parts, part) for part in PARTS})
    return Prepared(
        dataset=dataset,
        description=description,
        task=task,
        split=parts,
        choice=choice,
        transform=transform,
        recommendation=recommendation,
        spec=spec,
        fitting=fitting,
        inputs=applied.arrays,
        targets=task.encode(description.targets),
        offset=offset,
        decisions=(*said_choice, *transform.decisions, *applied.decisions, *said_rows),
        seconds={},
    )


def classes_of(task: Task) -> tuple[str, ...]:
    """Return the classes of a classification; nothing of other tasks."""
    return tuple(name for part in task.parts if isinstance(part, (Binary, Multiclass)) for name in part.classes)


def rows_of(targets: Sequence[Target], rows: NDArray[np.int64]) -> tuple[Target, ...]:
    """Return the targets of some rows."""
    return tuple(
        replace(target, values=target.values[rows], rows=None if target.rows is None else target.rows[rows])
        for target in targets
    )
