"""Taking examples from the user's loaders without moving any generator: the training sees the same batches after it."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, Subset, TensorDataset

from pellucid.diagnosis.evidence import DataFacts, Examples
from pellucid.diagnosis.window import fingerprint

ROWS: Final = 4096  # enough to see one row in a hundred forty times
BATCHES: Final = 8
SECONDS: Final = 0.5  # what reading one loader may take, at most
LARGEST: Final = 8 * 2**20  # numbers kept of one part, 32 MiB of float32; of the first batches a quarter of it
TARGETS: Final = frozenset({"label", "labels", "target", "targets", "y", "class", "answer"})
GENERATORS: Final = (np.random.Generator, np.random.RandomState, torch.Generator, random.Random)


@contextmanager
def generators_kept(*owners: Any) -> Iterator[None]:
    """On leaving, every random generator is as it was: the global ones, and those that the owners hold."""
    kept = [one for owner in owners for one in _generators_of(owner, set())]
    states = [_state(one) for one in kept]
    cuda = bool(torch.cuda.is_initialized())  # type: ignore[no-untyped-call]
    device_states = torch.cuda.get_rng_state_all() if cuda else []
    of_torch, of_numpy, of_python = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        torch.set_rng_state(of_torch)
        np.random.set_state(of_numpy)  # noqa: NPY002  (the user's programs draw from it)
        random.setstate(of_python)
        if cuda:
            torch.cuda.set_rng_state_all(device_states)
        for one, state in zip(kept, states, strict=True):
            _restore(one, state)


def _generators_of(owner: Any, seen: set[int], depth: int = 3) -> list[Any]:
    """Return the generators that an object holds, or that what it holds does: loader -> dataset -> transform."""
    if id(owner) in seen or depth == 0 or owner is None:
        return []
    seen.add(id(owner))
    if isinstance(owner, GENERATORS):
        return [owner]
    held: Iterable[Any] = owner if isinstance(owner, (list, tuple)) and len(owner) < BATCHES else ()
    if hasattr(owner, "__dict__") and not isinstance(owner, (type, Tensor)):
        held = list(vars(owner).values())
    return [one for value in held for one in _generators_of(value, seen, depth - 1)]


def _state(generator: Any) -> Any:
    if isinstance(generator, np.random.Generator):
        return copy.deepcopy(generator.bit_generator.state)
    return generator.getstate() if isinstance(generator, random.Random) else generator.get_state()


def _restore(generator: Any, state: Any) -> None:
    if isinstance(generator, np.random.Generator):
        generator.bit_generator.state = state
    elif isinstance(generator, random.Random):
        generator.setstate(state)
    else:
        generator.set_state(state)


def as_examples(batch: Any) -> Examples | None:
    """Return a batch (inputs, targets) as examples, detached and on the CPU; None where it is something else."""
    if isinstance(batch, Examples):
        return batch
    if isinstance(batch, dict):
        batch = _pair_of(batch)
    if not isinstance(batch, (list, tuple)) or len(batch) < 2:  # noqa: PLR2004
        return None
    *firsts, targets = batch
    inputs = tuple(firsts[0]) if len(firsts) == 1 and isinstance(firsts[0], (list, tuple)) else tuple(firsts)
    if not inputs or not all(isinstance(one, Tensor) and one.ndim for one in inputs):
        return None
    if isinstance(targets, Tensor):
        targets = targets.detach().cpu()
    return Examples(tuple(one.detach().cpu() for one in inputs), targets, _axis_of_rows(inputs, targets))


def _pair_of(batch: dict[Any, Any]) -> tuple[Any, ...]:
    """Return (inputs, targets) of a dictionary of two tensors, one of them named as targets are; else nothing."""
    names = sorted(batch, key=lambda name: str(name).lower() in TARGETS)
    return tuple(map(batch.get, names)) if [str(one).lower() in TARGETS for one in names] == [False, True] else ()


def _axis_of_rows(inputs: Sequence[Tensor], targets: Any) -> int:
    """Return 1 where time comes first: only the second axis of every input is as long as the targets."""
    if not isinstance(targets, Tensor) or not targets.ndim or inputs[0].shape[0] == len(targets):
        return 0
    return int(all(one.ndim > 2 and one.shape[1] == len(targets) for one in inputs))  # noqa: PLR2004


def together(parts: Sequence[Examples]) -> Examples | None:
    """Return several batches as one, sequences filled up with zeros to the longest; the first where they do not fit."""
    if not parts:
        return None
    parts = _filled_up(parts)
    shapes = {(part.axis, *(one.shape[1:] for one in part.by_row)) for part in parts}
    if len(shapes) > 1 or not all(isinstance(part.targets, Tensor) for part in parts):
        return parts[0]
    axis = parts[0].axis
    inputs = tuple(torch.cat(columns, axis) for columns in zip(*(part.inputs for part in parts), strict=True))
    return Examples(inputs, torch.cat([part.targets for part in parts]), axis)


def _filled_up(parts: Sequence[Examples]) -> Sequence[Examples]:
    """Return the batches with equal last axes: of texts and series, whose batches are as long as their longest."""
    if any(part.axis or len(part.inputs) != len(parts[0].inputs) for part in parts):
        return parts
    longest = [max(one.shape[-1] if one.ndim > 1 else 0 for one in column)
               for column in zip(*(part.inputs for part in parts), strict=True)]  # fmt: skip
    return [
        Examples(
            tuple(
                torch.nn.functional.pad(one, (0, length - one.shape[-1])) if one.ndim > 1 else one
                for one, length in zip(part.inputs, longest, strict=True)
            ),
            part.targets,
        )
        for part in parts
    ]


def facts_of(train: Any, validation: Any) -> DataFacts:
    """Look into both loaders; every generator is as before afterwards."""
    with generators_kept(train, validation):
        batches, again = first_batches(train), first_batches(train)
        held = first_batches(validation) if validation is not None else ()
        return DataFacts(
            train=spread(train),
            validation=spread(validation),
            train_rows=_rows(train),
            validation_rows=_rows(validation),
            batches=batches,
            again=again,
            batches_in_epoch=_length(train),
            all_batch_sizes=_batch_sizes(train, batches),
            validation_marks=tuple(fingerprint(one.inputs[0]) for one in held),
            once=None if train is None or restartable(train) else train,
        )


def restartable(loader: Any) -> bool:
    """Return whether the loader can be gone through again: it is no iterator that would be used up."""
    return hasattr(loader, "__iter__") and not hasattr(loader, "__next__")


def first_batches(loader: Any, count: int = BATCHES) -> tuple[Examples, ...]:
    """Return the first batches, read in this process even where the loader has workers."""
    if not restartable(loader):
        return ()
    found, started = [], time.perf_counter()
    for batch in islice(_in_process(loader), count):
        examples = as_examples(batch)
        if examples is None:
            return ()
        found.append(examples)
        if time.perf_counter() - started > SECONDS or sum(map(_numbers, found)) > LARGEST / 4:
            break
    return tuple(found)


def _numbers(examples: Examples) -> int:
    return sum(one.numel() for one in examples.inputs)


def _in_process(loader: Any) -> Iterator[Any]:
    """Go through the loader without its workers."""
    if _has_rows(loader) and loader.num_workers and loader.batch_sampler is not None:
        return (loader.collate_fn([loader.dataset[row] for row in rows]) for rows in loader.batch_sampler)
    return iter(loader)


def _has_rows(loader: Any) -> bool:
    return isinstance(loader, DataLoader) and not isinstance(loader.dataset, IterableDataset)


def spread(loader: Any, rows: int = ROWS) -> Examples | None:
    """Return up to `rows` examples, evenly spread over the whole set where it can be looked up by row."""
    if not restartable(loader):
        return None
    if hasattr(loader, "spread"):  # it can do that itself
        one = together(_until(iter(loader.spread(1)), 1))
        rows = rows if one is None else _affordable(one, rows)
        return _limited(together(_until(iter(loader.spread(rows)), rows)), rows)
    if not _has_rows(loader) or loader.batch_sampler is None:
        return _limited(together(_until(iter(loader), rows)), rows)
    every = _sampled_rows(loader)
    one = as_examples(loader.collate_fn([loader.dataset[every[0]]])) if every else None
    rows = rows if one is None else _affordable(one, rows)
    step = max(1, -(-len(every) // rows))
    wanted = every[::step]
    direct = _direct(loader, wanted)
    if direct is not None:
        return direct
    parts, started = [], time.perf_counter()
    size = 64
    for start in range(0, len(wanted), size):
        if time.perf_counter() - started > SECONDS:
            break
        examples = as_examples(loader.collate_fn([loader.dataset[row] for row in wanted[start : start + size]]))
        if examples is None:
            return None
        parts.append(examples)
    return together(parts)


def _sampled_rows(loader: Any) -> list[int]:
    """Return the rows of the dataset that the loader can give, in the dataset's order."""
    indices = getattr(loader.sampler, "indices", None)
    return sorted(int(row) for row in indices) if indices is not None else list(range(len(loader.dataset)))


def _direct(loader: Any, rows: Sequence[int]) -> Examples | None:
    """Return rows of a dataset of tensors at once."""
    dataset, chosen = loader.dataset, torch.as_tensor(rows)
    while isinstance(dataset, Subset):
        chosen, dataset = torch.as_tensor(dataset.indices)[chosen], dataset.dataset
    if type(dataset) is not TensorDataset or loader.collate_fn is not torch.utils.data.default_collate:
        return None
    return as_examples([one[chosen] for one in dataset.tensors])


def _until(batches: Iterator[Any], rows: int) -> list[Examples]:
    """Return batches until there are enough rows or the time is up."""
    found: list[Examples] = []
    started = time.perf_counter()
    for batch in batches:
        examples = as_examples(batch)
        if examples is None:
            break
        found.append(examples)
        if sum(map(len, found)) >= rows or time.perf_counter() - started > SECONDS:
            break
        if sum(map(_numbers, found)) > LARGEST:
            break
    return found


def _affordable(one: Examples, rows: int) -> int:
    """Return how many rows like this one may be kept."""
    return max(1, min(rows, LARGEST // max(_numbers(one), 1)))


def _limited(examples: Examples | None, rows: int) -> Examples | None:
    return examples if examples is None or len(examples) <= rows else examples.take(slice(0, rows))


def _rows(loader: Any) -> int | None:
    """Return how many examples a pass gives, where that is known without a pass."""
    if _has_rows(loader):
        return len(loader.sampler) if loader.sampler is not None else len(loader.dataset)
    if hasattr(loader, "rows"):
        return int(loader.rows)
    if isinstance(loader, (list, tuple)):
        batches = [as_examples(batch) for batch in loader]
        return sum(len(batch) for batch in batches if batch is not None)
    return None


def _length(loader: Any) -> int | None:
    try:
        return len(loader)
    except TypeError:
        return None


def _batch_sizes(loader: Any, batches: Sequence[Examples]) -> tuple[int, ...]:
    """Return the first and the last batch's size."""
    if not batches:
        return ()
    last = len(batches[-1])
    if isinstance(loader, (list, tuple)):
        end = as_examples(loader[-1])
        last = len(end) if end is not None else last
    rows, size = _rows(loader), getattr(loader, "batch_size", None)
    if rows and size and not loader.drop_last:
        last = rows % size or size
    return len(batches[0]), last


def probe_rows(examples: Examples, most: int = 64) -> Examples:
    """Return up to `most` rows, evenly spread; fewer where a row is large."""
    width = sum(one[0].numel() for one in examples.inputs)
    count = min(len(examples), max(8, min(most, 4_000_000 // max(width, 1))))
    return examples.take(torch.linspace(0, len(examples) - 1, count).round().long())
