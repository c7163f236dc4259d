"""Other colours: each change is a matrix and a shift for the channels of a picture, and all are applied as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from pellucid.data.finishing.augmentation.augmentation import Augmentation, uniform

WHITE: Final = 255.0
COLOUR_CHANNELS: Final = 3
LIGHTNESS: Final = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601
HUE_SHARE: Final = 0.25  # of a change of colour goes to the hue, which the eye takes for another thing soonest

ColourChange = tuple[Tensor, Tensor]
"""Matrices (n, c, c) and shifts (n, c)."""


def brightness(amount: float, pictures: Tensor, generator: torch.Generator) -> ColourChange:
    """Return changes that multiply all shades by 1 - amount to 1 + amount."""
    n, c = pictures.shape[:2]
    return _factors(uniform(n, 1 - amount, 1 + amount, generator), c), torch.zeros(n, c)


def contrast(amount: float, pictures: Tensor, generator: torch.Generator) -> ColourChange:
    """Return changes that spread the shades about their mean by 1 - amount to 1 + amount."""
    n, c = pictures.shape[:2]
    factors = uniform(n, 1 - amount, 1 + amount, generator)
    means = pictures.mean(dim=(1, 2, 3)).cpu()
    return _factors(factors, c), ((1 - factors) * means)[:, None].expand(n, c)


def saturation(amount: float, pictures: Tensor, generator: torch.Generator) -> ColourChange:
    """Return changes that spread the channels about their grey by 1 - amount to 1 + amount."""
    n, c = pictures.shape[:2]
    factors = uniform(n, 1 - amount, 1 + amount, generator)
    if c != COLOUR_CHANNELS:
        return _factors(torch.ones(n), c), torch.zeros(n, c)
    grey = torch.tensor(LIGHTNESS).expand(c, c)
    return _factors(factors, c) + (1 - factors)[:, None, None] * grey, torch.zeros(n, c)


def hue(amount: float, pictures: Tensor, generator: torch.Generator) -> ColourChange:
    """Return changes that turn the colours about the axis of greys by up to `amount` of the whole circle."""
    n, c = pictures.shape[:2]
    angles = uniform(n, -amount, amount, generator) * (2 * math.pi)
    if c != COLOUR_CHANNELS:
        return _factors(torch.ones(n), c), torch.zeros(n, c)
    third = torch.full((c, c), 1 / 3)
    across = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3)
    cosine, sine = angles.cos()[:, None, None], angles.sin()[:, None, None]
    return cosine * torch.eye(c) + (1 - cosine) * third + sine * across, torch.zeros(n, c)


def colour(amount: float, pictures: Tensor, generator: torch.Generator) -> ColourChange:
    """Return changes of brightness, contrast, saturation and, a quarter as much, of hue."""
    parts = [change(amount, pictures, generator) for change in (brightness, contrast, saturation)]
    return joined([*parts, hue(HUE_SHARE * amount, pictures, generator)])


def joined(changes: Sequence[ColourChange]) -> ColourChange:
    """Return one change that does these, one after the other."""
    matrices, shifts = changes[0]
    for matrix, shift in changes[1:]:
        matrices, shifts = matrix @ matrices, (matrix @ shifts[:, :, None])[:, :, 0] + shift
    return matrices, shifts


def coloured(pictures: Tensor, changes: Sequence[ColourChange]) -> Tensor:
    """Return pictures (n, c, h, w) of shades 0 … 255 with all changes, cut off at black and white.

    Example:
        >>> grey = torch.full((1, 3, 1, 1), 100.0)
        >>> coloured(grey, [(torch.eye(3)[None] * 2, torch.full((1, 3), 1.0))]).flatten()
        tensor([201., 201., 201.])
    """
    matrices, shifts = (part.to(pictures.device) for part in joined(changes))
    flat = torch.baddbmm(shifts[:, :, None], matrices, pictures.flatten(2))
    return flat.clamp_(0, WHITE).view(pictures.shape)


def _factors(factors: Tensor, channels: int) -> Tensor:
    return factors[:, None, None] * torch.eye(channels)


BRIGHTNESS: Final = Augmentation(
    name="brightness",
    meaning="makes lighter or darker by up to this share",
    amount=0.2,
    low=0,
    high=1,
    stage="colour",
    draw=brightness,
)
CONTRAST: Final = Augmentation(
    name="contrast",
    meaning="makes more or less contrasting by up to this share",
    amount=0.2,
    low=0,
    high=1,
    stage="colour",
    draw=contrast,
)
SATURATION: Final = Augmentation(
    name="saturation",
    meaning="makes more or less colourful by up to this share",
    amount=0.2,
    low=0,
    high=1,
    stage="colour",
    draw=saturation,
)
HUE: Final = Augmentation(
    name="hue",
    meaning="turns the colours by up to this share of the circle",
    amount=0.05,
    low=0,
    high=0.5,
    stage="colour",
    draw=hue,
)
COLOUR: Final = Augmentation(
    name="colour",
    meaning="changes brightness, contrast and saturation by up to this share, and the hue a little",
    amount=0.2,
    low=0,
    high=1,
    stage="colour",
    draw=colour,
)
