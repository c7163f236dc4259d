"""Cosine decay: half a cosine from 1 down to the end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import CosineAnnealingLR


def cosine_reference(step: int, steps: int, end: float = 0.0) -> float:
    """Return the factor of the learning rate.

    **Formula** end + (1 - end) (1 + cos(π step / steps)) / 2.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        end: the factor at the end, from 0 to 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> round(cosine_reference(50, 100), 3)
        0.5
    """
    check_setting("end", end, "from 0 to 1", 0 <= end <= 1)
    return end + (1 - end) * (1 + math.cos(math.pi * step / steps)) / 2


def annealing_lr(optimizer: Optimizer, steps: int, end: float = 0.0) -> CosineAnnealingLR:
    """Return the scheduler of torch, to be stepped after every step; see `cosine_reference`."""
    from torch.optim.lr_scheduler import CosineAnnealingLR

    (rate,) = {group["lr"] for group in optimizer.param_groups}
    return CosineAnnealingLR(optimizer, steps, eta_min=end * rate)


COSINE: Final = Schedule(
    name="cosine",
    aliases=(
        "CosineAnnealingLR",
        "cosine_decay",
        "CosineDecay",
    ),
    title="cosine decay",
    summary="Stays near the full rate at first, falls fast in the middle, and lands softly.",
    formula="end + (1 - end) (1 + cos(pi step / steps)) / 2",
    latex=r"\mathrm{end} + (1 - \mathrm{end}) \frac{1 + \cos(\pi\, \mathrm{step} / \mathrm{steps})}{2}",
    options=(Option(name="end", meaning="the factor at the end, from 0 to 1", low=0, high=1),),
    reference=cosine_reference,
    fast=annealing_lr,
    when="By default when the number of steps is known.",
    when_not="When it is not: stopped halfway, the rate is still a half; take inverse root or plateau.",
    mistakes=("Stopping early and comparing: the score of a cosine training comes in its last third.",),
    source="I. Loshchilov & F. Hutter, SGDR, 2017, without restarts.",
)
