"""All changes of a batch of pictures, one stage after the other."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from pellucid.data.finishing.augmentation.catalogue import BY_NAME
from pellucid.data.finishing.augmentation.colours import coloured
from pellucid.data.finishing.augmentation.geometry import VERTICAL_FLIP, warped
from pellucid.data.transforms.changes import Change
from pellucid.foundation.batches import Mixture


def varied(pixels: Tensor, changes: Sequence[Change], fill: Sequence[float], generator: torch.Generator) -> Tensor:
    """Return pictures (n, c, h, w) of float32, shades 0 … 255, with every change but mixing.

    Args:
        pixels: (n, c, h, w), shades 0 … 255.
        changes: in the order of the catalogue.
        fill: (c,) shades 0 … 255 of what lies beyond the edges and of what is erased.
        generator: on the CPU; the same numbers are drawn whatever the device.

    Example:
        >>> flip = [Change(name="flip", amount=1.0)]
        >>> varied(torch.tensor([[[[1, 2]]]]), flip, [0.0], torch.Generator()).flatten()
        tensor([2., 1.])
    """
    n, size = len(pixels), (pixels.shape[2], pixels.shape[3])
    background = torch.tensor(fill, dtype=torch.float32, device=pixels.device)
    pictures = pixels.to(torch.float32)
    for change in _of_stage(changes, "flip"):
        flipped = BY_NAME[change.name].draw(change.amount, n, generator).to(pixels.device)
        axis = 2 if change.name == VERTICAL_FLIP.name else 3
        pictures = torch.where(flipped.view(-1, 1, 1, 1), pictures.flip(axis), pictures)
    matrices = [
        BY_NAME[change.name].draw(change.amount, n, size, generator) for change in _of_stage(changes, "geometry")
    ]
    if matrices:
        pictures = warped(pictures, matrices, background)
    colours = [BY_NAME[change.name].draw(change.amount, pictures, generator) for change in _of_stage(changes, "colour")]
    if colours:
        pictures = coloured(pictures, colours)
    for change in _of_stage(changes, "erase"):
        erased = BY_NAME[change.name].draw(change.amount, n, size, generator).to(pixels.device)
        pictures = torch.where(erased[:, None], background.view(-1, 1, 1), pictures)
    return pictures


def mixed(pictures: Tensor, changes: Sequence[Change], generator: torch.Generator) -> tuple[Tensor, Mixture | None]:
    """Return pictures mixed with one another, and how; where several ways are wanted, one drawn for this batch."""
    ways = _of_stage(changes, "mix")
    if not ways:
        return pictures, None
    way = ways[int(torch.randint(len(ways), (), generator=generator))]
    found: tuple[Tensor, Mixture] = BY_NAME[way.name].draw(way.amount, pictures, generator)
    return found


def _of_stage(changes: Sequence[Change], stage: str) -> list[Change]:
    return [change for change in changes if BY_NAME[change.name].stage == stage]
