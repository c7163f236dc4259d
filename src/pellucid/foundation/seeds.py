"""Named random generators: every random choice draws from its own, so that adding one never shifts another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy
    import torch

SEED_BITS: Final = 63  # torch takes signed 64-bit seeds


def seed_for(seed: int, *names: str | int) -> int:
    """Return the seed of the generator that `names` names, e.g. `seed_for(0, "order", epoch)`; a pure function.

    Example:
        >>> seed_for(0, "split") == seed_for(0, "split") != seed_for(1, "split")
        True
    """
    text = "/".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> (64 - SEED_BITS)


def numpy_generator(seed: int, *names: str | int) -> numpy.random.Generator:
    """Return the NumPy generator that `names` names."""
    import numpy

    return numpy.random.default_rng(seed_for(seed, *names))


def torch_generator(seed: int, *names: str | int) -> torch.Generator:
    """Return the torch generator (on the CPU, so that the device does not change the order) that `names` names."""
    import torch

    return torch.Generator().manual_seed(seed_for(seed, *names))
