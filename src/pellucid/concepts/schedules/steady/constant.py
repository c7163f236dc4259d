"""A constant rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.schedules.schedule import Schedule

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import ConstantLR


def constant_reference(step: int, steps: int) -> float:
    """Return the factor of the learning rate.

    **Formula** factor = 1.

    Args:
        step: number of the step, from 0.
        steps: steps of the whole training, at least 1.

    Returns:
        The factor, 1 where the rate is the full one.

    Example:
        >>> constant_reference(3, 10)
        1.0
    """
    del step, steps
    return 1.0


def constant_lr(optimizer: Optimizer, steps: int) -> ConstantLR:
    """Return the scheduler of torch, to be stepped after every step; see `constant_reference`."""
    from torch.optim.lr_scheduler import ConstantLR

    del steps
    return ConstantLR(optimizer, factor=1.0, total_iters=0)


CONSTANT: Final = Schedule(
    name="constant",
    aliases=(
        "ConstantLR",
        "fixed",
    ),
    title="constant rate",
    summary="The same learning rate at every step.",
    formula="1",
    latex=r"1",
    reference=constant_reference,
    fast=constant_lr,
    when="To begin with, and with L-BFGS or very short trainings.",
    when_not="For a best final score with mini-batches: the noise of a large rate never settles.",
    mistakes=(
        "Judging an optimizer at a constant rate only: with a decay the ranking often changes.",
        "Taking torch's ConstantLR for it as it comes: by default that multiplies the first 5 steps by 1/3.",
    ),
    source="Elementary.",
)
