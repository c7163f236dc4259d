"""The record of one change by which training pictures are varied, and what all changes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

Stage = Literal["flip", "geometry", "colour", "erase", "mix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """One way to vary pictures."""

    name: str
    """As written in the setting `augment`."""
    meaning: str
    """What it does, with the amount."""
    amount: float
    """That is taken where none is written."""
    low: float
    high: float
    """The least and the greatest amount."""
    stage: Stage
    """Flips come first, then all of geometry in one resampling, colours in one matrix, erasing, mixing."""
    draw: Callable[..., Any]
    """Draws numbers for each picture of a batch: of a flip which (n,), of geometry matrices (n, 3, 3), of colours
    matrices (n, c, c) and shifts (n, c), of erasing masks (n, h, w); of mixing it makes the blend itself."""


def uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Return (count,) numbers drawn evenly between two.

    Example:
        >>> uniform(3, 2.0, 2.0, torch.Generator())
        tensor([2., 2., 2.])
    """
    return torch.rand(count, generator=generator) * (high - low) + low
