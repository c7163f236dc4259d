"""Which generators are made and seeded while a row is read: the same seed for every row is the same variation."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np


def seeds_in(read: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the seeds that generators are given while something is read, each with the name of its library.

    Example:
        >>> import torch
        >>> seeds_in(lambda: torch.randn(3, generator=torch.Generator().manual_seed(5)))
        [('torch', 5)]
        >>> seeds_in(lambda: (np.random.default_rng(7).normal(), random.Random(8).random()))
        [('numpy', 7), ('random', 8)]
    """
    found: list[tuple[str, Any]] = []

    def note(frame: FrameType, event: str, what: Any) -> None:
        if event == "c_return" and getattr(what, "__name__", "") == "manual_seed":
            found.append(("torch", what.__self__.initial_seed()))
        elif event == "call" and frame.f_code is random.Random.seed.__code__:
            found.append(("random", frame.f_locals.get("a")))

    with _numpy_heard(found):
        before = sys.getprofile()
        sys.setprofile(note)
        try:
            read()
        finally:
            sys.setprofile(before)
    return [(name, seed) for name, seed in found if seed is not None]


@contextmanager
def _numpy_heard(found: list[tuple[str, Any]]) -> Iterator[None]:
    """Within the context, numpy's makers of generators note the seed that they are given."""
    rng, state = np.random.default_rng, np.random.RandomState

    def note(seed: Any) -> Any:
        if isinstance(seed, (int, np.integer)):
            found.append(("numpy", int(seed)))
        return seed

    class Heard(state):  # type: ignore[misc, valid-type]
        def __init__(self, seed: Any = None) -> None:
            super().__init__(note(seed))

    np.random.default_rng = lambda seed=None: rng(note(seed))
    np.random.RandomState = Heard  # type: ignore[misc]
    try:
        yield
    finally:
        np.random.default_rng, np.random.RandomState = rng, state  # type: ignore[misc]
