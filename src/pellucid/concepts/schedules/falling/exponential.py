"""Exponential decay: the rate falls by the same part in each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import ExponentialLR


def exponential_reference(step: int, steps: int, end: float = 0.01) -> float:
    """Return the factor of the learning rate.

    **Formula** end^(step / steps).

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        end: the factor after the last step, above 0.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> exponential_reference(50, 100)
        0.1
    """
    check_setting("end", end, "above 0 and at most 1", 0 < end <= 1)
    return float(end ** (step / steps))


def geometric_lr(optimizer: Optimizer, steps: int, end: float = 0.01) -> ExponentialLR:
    """Return the scheduler of torch, to be stepped after every step; see `exponential_reference`."""
    from torch.optim.lr_scheduler import ExponentialLR

    return ExponentialLR(optimizer, end ** (1 / steps))


EXPONENTIAL: Final = Schedule(
    name="exponential",
    aliases=(
        "ExponentialLR",
        "exponential_decay",
    ),
    title="exponential decay",
    summary="Multiplies the rate by the same number in every step.",
    formula="end^(step / steps)",
    latex=r"\mathrm{end}^{\mathrm{step} / \mathrm{steps}}",
    options=(Option(name="end", meaning="the factor after the last step, above 0", low=1e-6, high=1),),
    reference=exponential_reference,
    fast=geometric_lr,
    when="When the rate is to pass through all orders of magnitude evenly; also, upwards, to find a rate.",
    when_not="For long trainings: with an end of 0.01, half of all steps are spent below a tenth of the rate.",
    mistakes=("Choosing a factor per epoch and stepping it per batch.",),
    source="Elementary; ExponentialLR of torch with the factor that arrives at end.",
)
