"""Multi-step decay: the rate falls at chosen parts of the training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import MultiStepLR


def multi_step_reference(step: int, steps: int, parts: tuple[float, ...] = (0.5, 0.75), factor: float = 0.1) -> float:
    """Return the factor of the learning rate.

    **Formula** factor^(how many of the places part · steps are at or before the step).

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        parts: where it falls, as parts of the training.
        factor: what is left of the rate after a fall, above 0 and at most 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> multi_step_reference(75, 100)
        0.010000000000000002
    """
    check_setting("factor", factor, "above 0 and at most 1", 0 < factor <= 1)
    check_setting("parts", parts, "between 0 and 1 each", all(0 < part < 1 for part in parts))
    return float(factor ** sum(round(part * steps) <= step for part in parts))


def milestones_lr(
    optimizer: Optimizer, steps: int, parts: tuple[float, ...] = (0.5, 0.75), factor: float = 0.1
) -> MultiStepLR:
    """Return the scheduler of torch, to be stepped after every step; see `multi_step_reference`."""
    from torch.optim.lr_scheduler import MultiStepLR

    return MultiStepLR(optimizer, [round(part * steps) for part in parts], factor)


MULTI_STEP: Final = Schedule(
    name="multi_step",
    aliases=(
        "MultiStepLR",
        "PiecewiseConstantDecay",
        "piecewise_constant",
    ),
    title="multi-step decay",
    summary="Multiplies the rate by a factor at chosen places of the training.",
    formula="factor^(number of milestones m <= step), each m = round(part steps)",
    latex=r"\mathrm{factor}^{|\{m : m \le \mathrm{step}\}|}",
    options=(
        Option(name="parts", meaning="where it falls, as parts of the training"),
        Option(name="factor", meaning="what is left of the rate after a fall, above 0 and at most 1", low=1e-3, high=1),
    ),
    reference=multi_step_reference,
    fast=milestones_lr,
    by_epoch=True,
    when="To repeat published results: ResNets fall tenfold at a half and at three quarters.",
    when_not="On new problems: the places are further hyperparameters; cosine has none.",
    mistakes=("Falling before the loss has levelled off: a small rate then never makes up for it.",),
    source="K. He et al., 2016; MultiStepLR of torch, with places as parts of the training.",
)
