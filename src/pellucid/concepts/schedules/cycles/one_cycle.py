"""One cycle: up along half a cosine, then down to almost nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import OneCycleLR


def one_cycle_reference(step: int, steps: int, peak: float = 0.3, start: float = 0.04, end: float = 4e-6) -> float:
    """Return the factor of the learning rate.

    **Formula** half a cosine from `start` up to 1 at step peak · steps - 1, then one down to `end` at the last.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        peak: where the full rate is reached, as a part of all steps.
        start: the factor of the first step.
        end: the factor of the last step.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> one_cycle_reference(29, 100), one_cycle_reference(99, 100)
        (1.0, 4e-06)
    """
    check_setting("peak", peak, "above 0 and below 1", 0 < peak < 1)
    check_setting("start", start, "from 0 to 1", 0 <= start <= 1)
    check_setting("end", end, "from 0 to 1", 0 <= end <= 1)
    top, last = peak * steps - 1, steps - 1
    if step < top:
        return 1 + (start - 1) * (1 + math.cos(math.pi * step / top)) / 2
    return end + (1 - end) * (1 + math.cos(math.pi * (step - top) / (last - top))) / 2


def cycle_lr(optimizer: Optimizer, steps: int, peak: float = 0.3, start: float = 0.04, end: float = 4e-6) -> OneCycleLR:
    """Return the scheduler of torch, to be stepped after every step; see `one_cycle_reference`."""
    from torch.optim.lr_scheduler import OneCycleLR

    (rate,) = {group["lr"] for group in optimizer.param_groups}
    return OneCycleLR(
        optimizer, rate, steps, pct_start=peak, div_factor=1 / start, final_div_factor=start / end, cycle_momentum=False
    )


ONE_CYCLE: Final = Schedule(
    name="one_cycle",
    aliases=(
        "OneCycleLR",
        "1cycle",
    ),
    title="one cycle",
    summary="Climbs to a high rate along half a cosine, then falls along another to almost nothing.",
    formula="start + (1 - start) (1 - cos(pi step / p)) / 2 up to step p = peak steps - 1, then "
    "end + (1 - end) (1 + cos(pi (step - p) / (steps - 1 - p))) / 2",
    latex=r"\mathrm{start} + (1 - \mathrm{start}) \frac{1 - \cos(\pi\, \mathrm{step} / p)}{2}, \quad "
    r"\mathrm{end} + (1 - \mathrm{end}) \frac{1 + \cos(\pi (\mathrm{step} - p) / (\mathrm{steps} - 1 - p))}{2}",
    options=(
        Option(name="peak", meaning="where the full rate is reached, as a part of all steps", low=0.01, high=0.99),
        Option(name="start", meaning="the factor of the first step", low=1e-6, high=1),
        Option(name="end", meaning="the factor of the last step", low=1e-12, high=1),
    ),
    reference=one_cycle_reference,
    fast=cycle_lr,
    when="For short trainings with a high rate: it often needs a fraction of the epochs.",
    when_not="When training may be prolonged: the cycle must be begun anew.",
    mistakes=(
        "Stepping it once an epoch: it counts batches.",
        "Taking the usual rate as its highest: a rate finder's is meant, three to ten times as high.",
    ),
    source="L. Smith & N. Topin, 2018, with the two cosine phases and the default numbers of torch's OneCycleLR, "
    "which cycles the momentum too unless cycle_momentum=False.",
)
