"""Early stopping: which epoch is the best, its weights kept, and when waiting for a better one ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision
from pellucid.training.records import EpochRecord

LOSS: Final = "loss"
LAST: Final = "last"
DOWN_IS_GOOD: Final = ("loss", "error", "deviance")  # endings of names; every other score is better when higher


class Kept:
    """A copy of tensors that change: the weights and buffers of the best epoch."""

    def __init__(self, live: Sequence[Tensor]) -> None:
        self.live = list(live)
        self.copies = [tensor.detach().clone() for tensor in live]

    @torch.no_grad()
    def keep(self) -> None:
        """Copy the live tensors."""
        for copy, tensor in zip(self.copies, self.live, strict=True):
            copy.copy_(tensor)

    @torch.no_grad()
    def restore(self) -> None:
        """Write the copies back into the live tensors."""
        for copy, tensor in zip(self.copies, self.live, strict=True):
            tensor.copy_(copy)


def judged_by(record: EpochRecord, select: str) -> float | None:
    """Return the number that says how good the epoch was, higher being better; None where epochs are not compared.

    Args:
        record: the epoch; without a validation part epochs are not compared.
        select: `loss`, the name of a watched score, or `last`.

    Raises:
        UnknownNameError: no watched score has this name; the nearest is offered.

    Example:
        >>> judged_by(EpochRecord(epoch=1, train_loss=2.0, validation_loss=3.0, rate=0.1, seconds=1.0), "loss")
        -3.0
    """
    if record.validation_loss is None or select == LAST:
        return None
    if select == LOSS or math.isnan(record.validation_loss):
        return -record.validation_loss
    if select not in record.scores:
        raise unknown_name("fit", "what to select the best epoch by", select, (LOSS, LAST, *record.scores))
    score = record.scores[select]
    return -score if select.endswith(DOWN_IS_GOOD) else score


def is_better(value: float | None, best: float | None) -> bool:
    """Return whether an epoch of this value is to be kept; the first finite one always is.

    Example:
        >>> is_better(-3.0, None), is_better(-3.0, -3.0), is_better(float("nan"), None)
        (True, False, False)
    """
    return value is not None and not math.isnan(value) and (best is None or value > best)


def divergence(epoch: int, rate: float) -> Decision:
    """Return what to say about a loss that became NaN or infinite."""
    return Decision(
        topic="training",
        choice=f"stopped in epoch {epoch}: the loss became NaN or infinite",
        reason=f"the learning rate {rate:.3g} is most likely too high; the best weights before that were kept",
        overrule=f"--learning-rate {rate / 10:.2g}, or --clip-norm 1",
        warning=True,
    )
