"""Cosine with warm restarts: the rate jumps back up and falls again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts


def cosine_warm_restarts_reference(step: int, steps: int, part: float = 0.15, longer: int = 2) -> float:
    """Return the factor of the learning rate.

    **Formula** (1 + cos(π u)) / 2, u the part of the present period that is over; each period `longer` times the last.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        part: the length of the first period, as a part of all steps.
        longer: how many times longer each period is than the last.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> cosine_warm_restarts_reference(15, 100)
        1.0
    """
    check_setting("part", part, "above 0 and at most 1", 0 < part <= 1)
    check_setting("longer", longer, "a whole number above 0", isinstance(longer, int) and longer > 0)
    period = max(round(part * steps), 1)
    while step >= period:
        step -= period
        period *= longer
    return (1 + math.cos(math.pi * step / period)) / 2


def restarting_lr(optimizer: Optimizer, steps: int, part: float = 0.15, longer: int = 2) -> CosineAnnealingWarmRestarts:
    """Return the scheduler of torch, to be stepped after every step; see `cosine_warm_restarts_reference`."""
    from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts

    return CosineAnnealingWarmRestarts(optimizer, max(round(part * steps), 1), longer)


COSINE_WARM_RESTARTS: Final = Schedule(
    name="cosine_warm_restarts",
    aliases=(
        "CosineAnnealingWarmRestarts",
        "sgdr",
        "CosineDecayRestarts",
    ),
    title="cosine with warm restarts",
    summary="Falls along half a cosine, jumps back to the full rate, and falls again over a longer period.",
    formula="(1 + cos(pi u)) / 2, u the part of the present period that is over",
    latex=r"\frac{1 + \cos(\pi u)}{2}",
    options=(
        Option(name="part", meaning="the length of the first period, as a part of all steps", low=1e-3, high=1),
        Option(name="longer", meaning="how many times longer each period is than the last", low=1),
    ),
    reference=cosine_warm_restarts_reference,
    fast=restarting_lr,
    when="To collect several good networks in one training, one at the end of each period.",
    when_not="For one final network: a single cosine of the whole length ends as low or lower.",
    mistakes=("Stopping in the middle of a period: the rate is then high, and the score poor.",),
    source="I. Loshchilov & F. Hutter, SGDR, 2017.",
)
