"""Linear decay: the rate falls on a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LinearLR


def linear_reference(step: int, steps: int, end: float = 0.0) -> float:
    """Return the factor of the learning rate.

    **Formula** 1 - (1 - end) step / steps.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        end: the factor at the end, from 0 to 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> linear_reference(25, 100)
        0.75
    """
    check_setting("end", end, "from 0 to 1", 0 <= end <= 1)
    return 1 - (1 - end) * step / steps


def straight_lr(optimizer: Optimizer, steps: int, end: float = 0.0) -> LinearLR:
    """Return the scheduler of torch, to be stepped after every step; see `linear_reference`."""
    from torch.optim.lr_scheduler import LinearLR

    return LinearLR(optimizer, start_factor=1.0, end_factor=end, total_iters=steps)


LINEAR: Final = Schedule(
    name="linear",
    aliases=(
        "LinearLR",
        "linear_decay",
    ),
    title="linear decay",
    summary="Lowers the rate by the same amount in every step, down to the end.",
    formula="1 - (1 - end) step / steps",
    latex=r"1 - (1 - \mathrm{end}) \frac{\mathrm{step}}{\mathrm{steps}}",
    options=(Option(name="end", meaning="the factor at the end, from 0 to 1", low=0, high=1),),
    reference=linear_reference,
    fast=straight_lr,
    when="Fine-tuning of language models, behind a warm-up; as good as cosine almost everywhere.",
    when_not="When training may be prolonged later: at the end the rate is spent.",
    mistakes=("Setting the number of steps too low: the rate is 0 before the data are through.",),
    source="LinearLR of torch; J. Devlin et al., BERT, 2019.",
)
