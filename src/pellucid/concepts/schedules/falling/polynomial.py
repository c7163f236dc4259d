"""Polynomial decay: a power of the part that is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import PolynomialLR


def polynomial_reference(step: int, steps: int, power: float = 2.0) -> float:
    """Return the factor of the learning rate.

    **Formula** (1 - step / steps)^power.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        power: above 1 falls early, below 1 late; 1 is linear.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> polynomial_reference(50, 100)
        0.25
    """
    check_setting("power", power, "above 0", power > 0)
    return float((1 - step / steps) ** power)


def power_lr(optimizer: Optimizer, steps: int, power: float = 2.0) -> PolynomialLR:
    """Return the scheduler of torch, to be stepped after every step; see `polynomial_reference`."""
    from torch.optim.lr_scheduler import PolynomialLR

    return PolynomialLR(optimizer, total_iters=steps, power=power)


POLYNOMIAL: Final = Schedule(
    name="polynomial",
    aliases=(
        "PolynomialLR",
        "PolynomialDecay",
        "poly",
    ),
    title="polynomial decay",
    summary="Raises the part of the training that is left to a power.",
    formula="(1 - step / steps)^power",
    latex=r"\left(1 - \frac{\mathrm{step}}{\mathrm{steps}}\right)^{\mathrm{power}}",
    options=(Option(name="power", meaning="above 1 falls early, below 1 late; 1 is linear", low=0.1),),
    reference=polynomial_reference,
    fast=power_lr,
    when="Segmentation of pictures, with power 0.9.",
    when_not="Without a reason for the power: take linear or cosine.",
    mistakes=("A power of 1 under another name: that is linear decay.",),
    source="L.-C. Chen et al., DeepLab, 2017; PolynomialLR of torch.",
)
