"""Seeds that generators are given while something is read."""

from __future__ import annotations

import random

import numpy as np
import torch

from pellucid.diagnosis.seeding import seeds_in


def test_each_library() -> None:
    def read() -> None:
        np.random.RandomState(3).rand()
        np.random.default_rng(np.random.SeedSequence(1)).normal()
        random.Random(4).random()
        torch.randn(2, generator=torch.Generator().manual_seed(5))
        np.random.default_rng().normal()

    assert seeds_in(read) == [("numpy", 3), ("random", 4), ("torch", 5)]


def test_all_is_put_back() -> None:
    before = np.random.default_rng, np.random.RandomState
    assert seeds_in(lambda: torch.ones(2)) == []
    assert (np.random.default_rng, np.random.RandomState) == before
