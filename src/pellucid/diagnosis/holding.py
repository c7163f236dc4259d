"""How many rows a dataset holds, where its length or the loader's sampler leaves most of them out. Needs torch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import (
    DataLoader,
    IterableDataset,
    RandomSampler,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
)

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.sampling import as_examples, generators_kept

ASKED: Final = 6  # rows of which the dataset is asked for the target, within its length and beyond

DRAWN: Final = (RandomSampler, WeightedRandomSampler)  # other rows in every epoch: a short one does no harm


def rows_held(train: Any, validation: Any) -> int | None:
    """Return how many rows the training dataset holds; None where all can be drawn, or others are for validation.

    A dataset holds more than its length where two of its attributes are longer, one of them the targets, and it
    answers for rows beyond its length as well.

    Example:
        >>> rows = TensorDataset(torch.randn(100, 3), torch.randn(100))
        >>> rows_held(DataLoader(rows, sampler=range(10)), None), rows_held(DataLoader(rows), None)
        (100, None)
    """
    if not isinstance(train, DataLoader) or isinstance(train.dataset, IterableDataset):
        return None
    if getattr(validation, "dataset", None) is train.dataset:
        return None
    try:
        with generators_kept(train, train.dataset):
            beyond = _beyond(train)
            drawn, length = len(train.sampler), len(train.dataset)  # type: ignore[arg-type]
    except REFUSALS:
        return None
    if beyond is not None:
        return beyond
    return length if drawn < length and not isinstance(train.sampler, DRAWN) else None


def _beyond(loader: DataLoader[Any]) -> int | None:
    """Return the number of rows behind a dataset that says it has fewer."""
    dataset = loader.dataset
    if isinstance(dataset, (TensorDataset, Subset)) or not hasattr(dataset, "__dict__"):
        return None
    length = len(dataset)  # type: ignore[arg-type]
    held = [one for one in vars(dataset).values() if isinstance(one, (Tensor, np.ndarray, list, tuple))]
    longer = [len(one) for one in held if isinstance(one, (list, tuple)) or one.ndim > 0]
    count = max((one for one in longer if longer.count(one) > 1 and one > length), default=0)
    if not count or not length:
        return None
    rows = [*np.linspace(0, length - 1, ASKED).astype(int), *np.linspace(length, count - 1, ASKED).astype(int)]
    said = as_examples(loader.collate_fn([dataset[int(row)] for row in rows]))
    if said is None or not isinstance(said.targets, Tensor):
        return None
    known = (_numbers(one, rows) for one in held if len(one) == count)
    return count if any(one is not None and _equal(one, said.targets) for one in known) else None


def _numbers(values: Iterable[Any], rows: list[int]) -> Tensor | None:
    """Return some of the values as numbers."""
    try:
        return torch.as_tensor(np.asarray([np.asarray(values[int(row)]) for row in rows]))  # type: ignore[index]
    except (TypeError, ValueError):
        return None


def _equal(values: Tensor, targets: Tensor) -> bool:
    return values.numel() == targets.numel() and bool((values.reshape(-1).float() == targets.reshape(-1).float()).all())
