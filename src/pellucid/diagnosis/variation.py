"""What reading a training row twice gives: whether rows are varied at random, and whether each reading varies anew.

The loader's workers are not started. What they would do is done here: the generators are put into the state in which a
worker begins, its `worker_init_fn` is called, and some rows are read.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset
from torch.utils.data._utils import worker as worker_state  # what get_worker_info() returns is set there

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.evidence import Examples, Variation
from pellucid.diagnosis.sampling import as_examples, generators_kept
from pellucid.diagnosis.seeding import seeds_in

ROWS: Final = 32
READINGS: Final = 6
ASKED: Final = 4  # rows of which the seeds of their generators are compared
SECONDS: Final = 0.3  # for all readings; fewer rows where one takes long
SEEDS: Final = (1234, 987_654)  # of two epochs; any two numbers will do


def variation_of(loader: Any) -> Variation | None:
    """Read a few rows several times, as one process and as workers would; every generator is as before afterwards."""
    if not isinstance(loader, DataLoader) or isinstance(loader.dataset, IterableDataset):
        return None
    try:
        with generators_kept(loader, loader.dataset):
            return _variation(loader)
    except REFUSALS:
        return None


def _variation(loader: DataLoader[Any]) -> Variation | None:
    count = len(loader.dataset)  # type: ignore[arg-type]
    began = time.thread_time()
    if not count or _read(loader, [0]) is None:
        return None
    affordable = int(SECONDS / READINGS / max(time.thread_time() - began, 1e-6))
    rows: list[int] = torch.linspace(0, count - 1, min(count, ROWS, max(affordable, 1))).round().long().tolist()
    readings = [one for _ in range(READINGS) if (one := _read(loader, rows)) is not None]
    varies = any(not same(readings[0], other) for other in readings[1:])
    workers = loader.num_workers > 0
    first = _as_worker(loader, rows, 0, SEEDS[0]) if varies and workers else None
    return Variation(
        readings=tuple(readings),
        varies=varies,
        same_in_workers=first is not None
        and loader.num_workers > 1
        and same(first, _as_worker(loader, rows, 1, SEEDS[0])),
        same_in_epochs=first is not None and same(first, _as_worker(loader, rows, 0, SEEDS[1])),
        reseeds=_reseeded(loader, rows),
        one_seed=_one_seed(loader, rows),
    )


def _read(loader: DataLoader[Any], rows: Sequence[int]) -> Examples | None:
    return as_examples(loader.collate_fn([loader.dataset[row] for row in rows]))


def same(one: Examples | None, other: Examples | None) -> bool:
    """Return whether two readings have equal inputs."""
    if one is None or other is None:
        return False
    pairs = list(zip(one.inputs, other.inputs, strict=True))
    return all(a.shape == b.shape and torch.equal(torch.nan_to_num(a), torch.nan_to_num(b)) for a, b in pairs)


def _as_worker(loader: DataLoader[Any], rows: Sequence[int], worker: int, base: int) -> Examples | None:
    """Read rows with the generators as a worker of an epoch has them, the dataset's own as they are now."""
    before = worker_state._worker_info
    held = [one for one in (loader.dataset, *_attributes(loader.dataset).values()) if _attributes(one)]
    attributes = [(one, dict(vars(one))) for one in held]  # a worker_init_fn may put new generators there
    with generators_kept(loader.dataset, loader.worker_init_fn):
        try:
            torch.manual_seed(base + worker)
            random.seed(base + worker)
            np.random.seed(base + worker)  # noqa: NPY002  (torch seeds it in each worker)
            worker_state._worker_info = worker_state.WorkerInfo(
                id=worker, num_workers=loader.num_workers, seed=base + worker, dataset=loader.dataset
            )
            if loader.worker_init_fn is not None:
                loader.worker_init_fn(worker)
            return _read(loader, rows)
        finally:
            worker_state._worker_info = before
            for one, kept in attributes:
                vars(one).clear()
                vars(one).update(kept)


def _attributes(owner: Any) -> dict[str, Any]:
    """Return what an object holds, {} where it is a tensor, a class, or has no attributes."""
    plain = hasattr(owner, "__dict__") and not isinstance(owner, (type, Tensor))
    return vars(owner) if plain and isinstance(vars(owner), dict) else {}


def _reseeded(loader: DataLoader[Any], rows: Sequence[int]) -> str:
    """Return the name of a global generator that is in the same state after reading, whatever it was before."""
    after: list[tuple[Tensor, Any, Any]] = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        random.seed(seed)
        _read(loader, rows[:1])
        after.append((torch.get_rng_state(), _numpy_state(), random.getstate()))
    (torch_one, numpy_one, python_one), (torch_other, numpy_other, python_other) = after
    if torch.equal(torch_one, torch_other):
        return "torch"
    return "numpy" if np.array_equal(numpy_one, numpy_other) else "random" if python_one == python_other else ""


def _one_seed(loader: DataLoader[Any], rows: Sequence[int]) -> str:
    """Return in words the seed that a generator of its own is given for every row alike; "" for none."""
    given = [seeds_in(lambda row=row: loader.dataset[row]) for row in rows[:ASKED]]  # type: ignore[misc]
    if len(given) < ASKED or not given[0] or any(one != given[0] for one in given[1:]):
        return ""
    name, seed = given[0][0]
    return f"{seed} (of {name})"


def _numpy_state() -> Any:
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    return [*state["state"]["key"].tolist(), state["state"]["pos"]]
