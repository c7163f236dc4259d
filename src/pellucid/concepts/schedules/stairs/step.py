"""Step decay: the rate falls by a factor after every so many epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import StepLR


def step_reference(step: int, steps: int, every: int = 10, factor: float = 0.1) -> float:
    """Return the factor of the learning rate.

    **Formula** factor^⌊step / every⌋.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.
        every: epochs between two falls, at least 1.
        factor: what is left of the rate after a fall, above 0 and at most 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> step_reference(20, 100, factor=0.5)
        0.25
    """
    check_setting("every", every, "a whole number above 0", isinstance(every, int) and every > 0)
    check_setting("factor", factor, "above 0 and at most 1", 0 < factor <= 1)
    del steps
    return float(factor ** (step // every))


def stairs_lr(optimizer: Optimizer, steps: int, every: int = 10, factor: float = 0.1) -> StepLR:
    """Return the scheduler of torch, to be stepped after every step; see `step_reference`."""
    from torch.optim.lr_scheduler import StepLR

    del steps
    return StepLR(optimizer, every, factor)


STEP: Final = Schedule(
    name="step",
    aliases=(
        "StepLR",
        "step_decay",
    ),
    title="step decay",
    summary="Multiplies the rate by a factor after every so many epochs.",
    formula="factor^floor(step / every)",
    latex=r"\mathrm{factor}^{\lfloor \mathrm{step} / \mathrm{every} \rfloor}",
    options=(
        Option(name="every", meaning="epochs between two falls, at least 1", low=1),
        Option(name="factor", meaning="what is left of the rate after a fall, above 0 and at most 1", low=1e-3, high=1),
    ),
    reference=step_reference,
    fast=stairs_lr,
    by_epoch=True,
    when="Pictures with SGD and momentum, where the epochs are known from earlier work.",
    when_not="When the length of the training is not yet settled: the stairs must be moved with it.",
    mistakes=("Counting batches where epochs are meant: the rate is then gone within the first epoch.",),
    source="A. Krizhevsky et al., 2012; StepLR of torch, one step an epoch.",
)
