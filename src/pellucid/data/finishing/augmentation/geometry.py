"""Where each pixel of a varied picture comes from: matrices that are multiplied, and pixels taken once.

A matrix (3, 3) takes a place (x, y, 1) of the new picture to the place in the old one; places are in pixels from the
middle, x to the right and y down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from pellucid.data.finishing.augmentation.augmentation import Augmentation, uniform

Size = tuple[int, int]
"""Height and width in pixels."""

ASPECT: Final = 4 / 3  # of the sides of a cut-out, at most; as in Szegedy et al., 2014
HALF: Final = 0.5


def flips(amount: float, count: int, generator: torch.Generator) -> Tensor:
    """Return (n,) which pictures are flipped; `amount` is their share."""
    return torch.rand(count, generator=generator) < amount


def rotations(amount: float, count: int, size: Size, generator: torch.Generator) -> Tensor:
    """Return (n, 3, 3) rotations by up to `amount` degrees, to the left or to the right."""
    del size
    return rotated(uniform(count, -amount, amount, generator))


def rotated(degrees: Tensor) -> Tensor:
    """Return (n, 3, 3) rotations by these angles, to the left.

    Example:
        >>> places = rotated(torch.tensor([90.0]))[0] @ torch.tensor([1.0, 0.0, 1.0])
        >>> places.round() + 0.0  # the pixel at the right comes from below the middle
        tensor([0., 1., 1.])
    """
    angles = degrees * (math.pi / 180)
    matrices = torch.eye(3).repeat(len(angles), 1, 1)
    matrices[:, 0, 0] = matrices[:, 1, 1] = angles.cos()
    matrices[:, 0, 1], matrices[:, 1, 0] = -angles.sin(), angles.sin()
    return matrices


def shifts(amount: float, count: int, size: Size, generator: torch.Generator) -> Tensor:
    """Return (n, 3, 3) shifts along both axes by up to `amount` of the side, in whole pixels, which keep them sharp."""
    down, right = (uniform(count, -amount * side, amount * side, generator).round() for side in size)
    return shifted(down, right)


def shifted(down: Tensor, right: Tensor) -> Tensor:
    """Return (n, 3, 3) shifts by so many pixels."""
    matrices = torch.eye(3).repeat(len(down), 1, 1)
    matrices[:, 0, 2], matrices[:, 1, 2] = -right, -down
    return matrices


def zooms(amount: float, count: int, size: Size, generator: torch.Generator) -> Tensor:
    """Return (n, 3, 3) enlargements by a factor from 1 / (1 + amount) to 1 + amount."""
    del size
    matrices = torch.eye(3).repeat(count, 1, 1)
    matrices[:, 0, 0] = matrices[:, 1, 1] = uniform(count, -math.log1p(amount), math.log1p(amount), generator).exp()
    return matrices


def shears(amount: float, count: int, size: Size, generator: torch.Generator) -> Tensor:
    """Return (n, 3, 3) shears that lean verticals by up to `amount` degrees."""
    del size
    matrices = torch.eye(3).repeat(count, 1, 1)
    matrices[:, 0, 1] = (uniform(count, -amount, amount, generator) * (math.pi / 180)).tan()
    return matrices


def crops(amount: float, count: int, size: Size, generator: torch.Generator) -> Tensor:
    """Return (n, 3, 3) cut-outs with at least the share `amount` of the area, enlarged to the whole picture.

    Source: C. Szegedy et al., Going deeper with convolutions, 2014, section 6.
    """
    height, width = size
    area = uniform(count, amount, 1.0, generator)
    aspect = uniform(count, -math.log(ASPECT), math.log(ASPECT), generator).exp()
    wide = (area * aspect).sqrt().clamp(max=1).maximum(area)  # neither side is longer than the picture's
    high = area / wide
    matrices = torch.eye(3).repeat(count, 1, 1)
    matrices[:, 0, 0], matrices[:, 1, 1] = wide, high
    matrices[:, 0, 2] = (1 - wide) * uniform(count, -HALF, HALF, generator) * width
    matrices[:, 1, 2] = (1 - high) * uniform(count, -HALF, HALF, generator) * height
    return matrices


def warped(pictures: Tensor, matrices: Sequence[Tensor], fill: Tensor) -> Tensor:
    """Return pictures (n, c, h, w) of float32 resampled once, by all matrices together; `fill` (c,) beyond the edges.

    Example:
        >>> picture = torch.arange(4.0).view(1, 1, 2, 2)
        >>> warped(picture, [rotated(torch.tensor([90.0]))], torch.zeros(1)).round()
        tensor([[[[1., 3.],
                  [0., 2.]]]])
    """
    height, width = pictures.shape[2:]
    places = torch.eye(3).repeat(len(pictures), 1, 1)
    for matrix in matrices:
        places = matrix @ places
    pixels = torch.tensor([width / 2, height / 2, 1.0])
    theta = (places * pixels / pixels[:, None])[:, :2].to(pictures.device)  # in halves of the sides, as torch wants it
    grid = functional.affine_grid(theta, list(pictures.shape), align_corners=False)
    background = fill.view(-1, 1, 1)
    return functional.grid_sample(pictures - background, grid, align_corners=False).add_(background)


FLIP: Final = Augmentation(
    name="flip",
    meaning="flips this share of the pictures left to right",
    amount=0.5,
    low=0,
    high=1,
    stage="flip",
    draw=flips,
)
VERTICAL_FLIP: Final = Augmentation(
    name="vertical-flip",
    meaning="flips this share of the pictures upside down",
    amount=0.5,
    low=0,
    high=1,
    stage="flip",
    draw=flips,
)
ROTATE: Final = Augmentation(
    name="rotate",
    meaning="rotates by up to so many degrees",
    amount=10,
    low=0,
    high=180,
    stage="geometry",
    draw=rotations,
)
SHIFT: Final = Augmentation(
    name="shift",
    meaning="shifts along both axes by up to this share of the side",
    amount=0.08,
    low=0,
    high=1,
    stage="geometry",
    draw=shifts,
)
ZOOM: Final = Augmentation(
    name="zoom",
    meaning="makes larger or smaller by up to this share",
    amount=0.1,
    low=0,
    high=4,
    stage="geometry",
    draw=zooms,
)
SHEAR: Final = Augmentation(
    name="shear",
    meaning="leans verticals by up to so many degrees",
    amount=8,
    low=0,
    high=60,
    stage="geometry",
    draw=shears,
)
CROP: Final = Augmentation(
    name="crop",
    meaning="cuts out at least this share of the area and enlarges it to the whole",
    amount=0.8,
    low=0.01,
    high=1,
    stage="geometry",
    draw=crops,
)
