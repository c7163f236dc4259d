"""Named generators."""

from __future__ import annotations

import torch

from pellucid.foundation.seeds import numpy_generator, seed_for, torch_generator


def test_names_and_seeds_tell_generators_apart() -> None:
    seeds = {seed_for(s, *names) for s in (0, 1) for names in (("order", 1), ("order", 2), ("split",), ("order1",))}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_the_seed_is_the_same_in_every_process() -> None:
    # `printf 0/split | b2sum --length=64` gives 360f6b4e8c0b1cde, and one bit less is half of it
    assert seed_for(0, "split") == 0x360F6B4E8C0B1CDE >> 1


def test_generators_start_from_the_seed() -> None:
    assert numpy_generator(3, "x").integers(1 << 30) == numpy_generator(3, "x").integers(1 << 30)
    a, b = torch_generator(3, "x"), torch_generator(3, "x")
    assert torch.equal(torch.randperm(9, generator=a), torch.randperm(9, generator=b))
