"""Erasing a part of a picture, so that no single part is all that a network looks at."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor

from pellucid.data.finishing.augmentation.augmentation import Augmentation, uniform

LEAST_AREA, MOST_AREA = 0.02, 0.33  # of the picture, as in torchvision; Zhong et al. go up to 0.4
ASPECT: Final = 1 / 0.3  # of the sides at most, as in Zhong et al.


def rectangles(amount: float, count: int, size: tuple[int, int], generator: torch.Generator) -> Tensor:
    """Return (n, h, w) which pixels are erased: a rectangle in the share `amount` of the pictures.

    Source: Z. Zhong et al., Random erasing data augmentation, 2017.

    Example:
        >>> rectangles(1.0, 4, (32, 32), torch.Generator().manual_seed(0)).flatten(1).any(1)
        tensor([True, True, True, True])
    """
    height, width = size
    chosen = torch.rand(count, generator=generator) < amount
    area = uniform(count, LEAST_AREA, MOST_AREA, generator) * height * width
    aspect = uniform(count, -math.log(ASPECT), math.log(ASPECT), generator).exp()
    inside = chosen[:, None, None]
    for sides, side, axis in ((area * aspect, height, 1), (area / aspect, width, 2)):
        long = sides.sqrt().round().clamp(1, side)
        first = (torch.rand(count, generator=generator) * (side - long + 1)).floor()
        places = torch.arange(side)
        within = (places >= first[:, None]) & (places < (first + long)[:, None])  # (n, side)
        inside = inside & within.unsqueeze(3 - axis)
    return inside


ERASE: Final = Augmentation(
    name="erase",
    meaning="erases a rectangle in this share of the pictures",
    amount=0.25,
    low=0,
    high=1,
    stage="erase",
    draw=rectangles,
)
