"""Linear warm-up: the rate climbs before it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LinearLR


def warm_up_reference(step: int, steps: int, start: float = 0.1, part: float = 0.1) -> float:
    """Return the factor of the learning rate.

    **Formula** factor = min(1, start + (1 - start) step / (part steps)).

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        start: the factor of the first step, above 0.
        part: the part of all steps in which it climbs.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> warm_up_reference(10, 100), warm_up_reference(50, 100)
        (1.0, 1.0)
    """
    check_setting("start", start, "above 0 and at most 1", 0 < start <= 1)
    check_setting("part", part, "above 0 and at most 1", 0 < part <= 1)
    rising = max(round(part * steps), 1)
    return min(1.0, start + (1 - start) * step / rising)


def rising_lr(optimizer: Optimizer, steps: int, start: float = 0.1, part: float = 0.1) -> LinearLR:
    """Return the scheduler of torch, to be stepped after every step; see `warm_up_reference`."""
    from torch.optim.lr_scheduler import LinearLR

    rising = max(round(part * steps), 1)
    return LinearLR(optimizer, start_factor=start, end_factor=1.0, total_iters=rising)


WARM_UP: Final = Schedule(
    name="warm_up",
    aliases=(
        "linear_warmup",
        "warmup",
    ),
    title="linear warm-up",
    summary="Climbs linearly to the full rate in the first steps, while statistics of the gradients are still rough.",
    formula="min(1, start + (1 - start) step / (part steps)), part steps rounded",
    latex=r"\min\left(1, \mathrm{start} + (1 - \mathrm{start}) "
    r"\frac{\mathrm{step}}{\mathrm{part} \cdot \mathrm{steps}}\right)",
    options=(
        Option(name="start", meaning="the factor of the first step, above 0", low=1e-3, high=1),
        Option(name="part", meaning="the part of all steps in which it climbs", low=1e-3, high=1),
    ),
    reference=warm_up_reference,
    fast=rising_lr,
    when="In front of any schedule with Adam in deep networks and transformers, or with large batches.",
    when_not="In small networks with a moderate rate: the first steps are then only lost.",
    mistakes=("Starting at exactly 0: the first step then changes nothing.",),
    source="P. Goyal et al., 2017, gradual warm-up; LinearLR of torch.",
)
