"""Coslog4: four cosine periods, each about twice as long as the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pellucid.concepts.schedules.schedule import Schedule

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LambdaLR


def coslog4_reference(step: int, steps: int) -> float:
    """Return the factor of the learning rate.

    **Formula** (1 - cos(2π log₂(1 + 15 step / steps))) / 2.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Example:
        >>> coslog4_reference(0, 100), coslog4_reference(100, 100)
        (0.0, 0.0)
    """
    return (1 - math.cos(2 * math.pi * math.log2(1 + 15 * step / steps))) / 2


def four_periods_lr(optimizer: Optimizer, steps: int) -> LambdaLR:
    """Return the scheduler of torch, to be stepped after every step; see `coslog4_reference`."""
    from torch.optim.lr_scheduler import LambdaLR

    return LambdaLR(optimizer, lambda t: (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t / steps))) / 2)


COSLOG4: Final = Schedule(
    name="coslog4",
    aliases=(
        "coslog_4",
        "realmlp_schedule",
    ),
    title="coslog4",
    summary="Rises and falls four times, each period about twice as long as the last.",
    formula="(1 - cos(2 pi log2(1 + 15 step / steps))) / 2",
    latex=r"\frac{1 - \cos\left(2 \pi \log_2(1 + 15\, \mathrm{step} / \mathrm{steps})\right)}{2}",
    reference=coslog4_reference,
    fast=four_periods_lr,
    when="Dense networks on tables, where the best epoch is kept: four chances at a good one.",
    when_not="With very few steps: the first period is a fifteenth of them.",
    mistakes=("Forgetting that the first factor is 0: the first step changes nothing.",),
    source="D. Holzmüller, L. Grinsztajn & I. Steinwart, Better by Default (RealMLP), 2024, section 3.",
)
