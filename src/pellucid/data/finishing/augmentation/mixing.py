"""Mixing two pictures of a batch; their loss is the mean of the losses for both targets, in the same shares."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor

from pellucid.data.finishing.augmentation.augmentation import Augmentation
from pellucid.foundation.batches import Mixture

SEEDS: Final = 2**62


def mixup(amount: float, pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Mixture]:
    """Return each picture laid over another of the batch; the share is drawn from Beta(amount, amount).

    Formula: x = λ xᵢ + (1 - λ) xⱼ, one λ for the batch.

    Source: H. Zhang et al., mixup: beyond empirical risk minimization, 2017.
    """
    partners = torch.randperm(len(pictures), generator=generator).to(pictures.device)
    share = _share(amount, generator)
    return torch.lerp(pictures[partners], pictures, share), Mixture(partners, share)


def cutmix(amount: float, pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Mixture]:
    """Return each picture with a rectangle of another one in it, of at most half its area.

    The area is drawn from Beta(amount, amount), or 1 less it above a half; what lies beyond the edge is cut off.

    Source: S. Yun et al., CutMix, 2019.
    """
    height, width = pictures.shape[2:]
    partners = torch.randperm(len(pictures), generator=generator).to(pictures.device)
    cut = (1 - _share(amount, generator)) ** 0.5
    middle = torch.rand(2, generator=generator).tolist()
    (top, bottom), (left, right) = (
        (max(round((at - cut / 2) * side), 0), min(round((at + cut / 2) * side), side))
        for at, side in zip(middle, (height, width), strict=True)
    )
    mixed = pictures.clone()
    mixed[:, :, top:bottom, left:right] = pictures[partners, :, top:bottom, left:right]
    return mixed, Mixture(partners, 1 - (bottom - top) * (right - left) / (height * width))


def _share(amount: float, generator: torch.Generator) -> float:
    """Return a number from Beta(amount, amount), or 1 less it where it is below a half: the picture itself counts most.

    NumPy draws it, for torch draws none from a generator of ours.
    """
    seed = int(torch.randint(SEEDS, (), generator=generator))
    drawn = float(np.random.default_rng(seed).beta(amount, amount))
    return max(drawn, 1 - drawn)


MIXUP: Final = Augmentation(
    name="mixup",
    meaning="lays pictures over one another, in shares drawn from Beta(amount, amount)",
    amount=0.2,
    low=0.01,
    high=10,
    stage="mix",
    draw=mixup,
)
CUTMIX: Final = Augmentation(
    name="cutmix",
    meaning="puts a rectangle of another picture into each, of up to half the area, drawn from Beta(amount, amount)",
    amount=1,
    low=0.01,
    high=10,
    stage="mix",
    draw=cutmix,
)
