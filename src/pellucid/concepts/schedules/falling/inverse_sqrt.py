"""Inverse square root: the rate falls for ever, but ever more slowly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LambdaLR


def inverse_sqrt_reference(step: int, steps: int, part: float = 0.1) -> float:
    """Return the factor of the learning rate.

    **Formula** min((step + 1) / w, √(w / (step + 1))), w = max(round(part steps), 1).

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        part: the part of all steps in which it climbs first.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> inverse_sqrt_reference(39, 100)
        0.5
    """
    check_setting("part", part, "above 0 and at most 1", 0 < part <= 1)
    w = max(round(part * steps), 1)
    return min((step + 1) / w, math.sqrt(w / (step + 1)))


def root_lr(optimizer: Optimizer, steps: int, part: float = 0.1) -> LambdaLR:
    """Return the scheduler of torch, to be stepped after every step; see `inverse_sqrt_reference`."""
    from torch.optim.lr_scheduler import LambdaLR

    w = max(round(part * steps), 1)
    return LambdaLR(optimizer, lambda t: (t + 1) / w if t < w else (w / (t + 1)) ** 0.5)


INVERSE_SQRT: Final = Schedule(
    name="inverse_sqrt",
    aliases=(
        "noam",
        "inverse_square_root",
    ),
    title="inverse square root",
    summary="Climbs linearly, then falls with the root of the steps: it has no end of its own.",
    formula="min((step + 1) / w, sqrt(w / (step + 1))), w steps of warm-up",
    latex=r"\min\left(\frac{\mathrm{step} + 1}{w}, \sqrt{\frac{w}{\mathrm{step} + 1}}\right)",
    options=(Option(name="part", meaning="the part of all steps in which it climbs first", low=1e-3, high=1),),
    reference=inverse_sqrt_reference,
    fast=root_lr,
    when="Transformers whose training goes on as long as it pays.",
    when_not="When the end is known: a schedule that comes down to 0 ends lower.",
    mistakes=("Taking over the factor 1/√d of the paper: here the highest factor is 1.",),
    source="A. Vaswani et al., 2017, scaled so that the highest factor is 1; the warm-up as a part of all steps.",
)
