"""Reduce on plateau: the rate falls when the loss has not improved for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.settings import check_setting

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import ReduceLROnPlateau

SECOND: Final = 35  # epoch in which the loss of the picture begins to fall again


def reduce_on_plateau_reference(
    losses: Floats, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> Floats:
    """Return the factor of the learning rate after each epoch.

    **Formula** an epoch is better when its loss < best (1 - threshold); after more than `patience` epochs in a row that
    are not, the rate is multiplied by `factor`, and the count begins anew.

    Args:
        losses: validation losses of the epochs so far, (t,), positive.
        factor: what is left of the rate, above 0 and below 1.
        patience: how many epochs without improvement are borne, at least 0.
        threshold: the part by which the best loss must be undercut, at least 0.

    Returns:
        The factors after each epoch, (t,).

    Raises:
        RangeError: an option is out of range.

    Example:
        >>> import numpy as np
        >>> reduce_on_plateau_reference(np.array([1.0, 0.5, 0.5, 0.5]), factor=0.5, patience=1)
        array([1. , 1. , 1. , 0.5])
    """
    check_setting("factor", factor, "above 0 and below 1", 0 < factor < 1)
    check_setting("patience", patience, "at least 0", patience >= 0)
    check_setting("threshold", threshold, "at least 0", threshold >= 0)
    best, waited, rate = np.inf, 0, 1.0
    rates = []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, waited = loss, 0
        else:
            waited += 1
        if waited > patience:
            rate, waited = rate * factor, 0
        rates.append(rate)
    return np.array(rates)


def plateau_lr(
    optimizer: Optimizer, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> ReduceLROnPlateau:
    """Return the scheduler of torch, to be stepped with the loss of each epoch; see `reduce_on_plateau_reference`."""
    from torch.optim.lr_scheduler import ReduceLROnPlateau

    return ReduceLROnPlateau(optimizer, factor=factor, patience=patience, threshold=threshold, eps=0.0)


@dataclass(frozen=True, kw_only=True)
class Watching(Schedule):
    """A schedule that follows the losses."""

    def picture(self) -> Picture:
        """Return a loss that levels off twice, and the factor that answers."""
        t = np.arange(60)
        losses = np.maximum(np.exp(-t / 8), 0.3) * np.where(
            t >= SECOND, np.maximum(np.exp((SECOND - 1 - t) / 5), 0.4), 1
        )
        rates = self.reference(losses)
        falls = np.flatnonzero(np.diff(rates)) + 1
        return Picture(
            alt=f"A loss that levels off twice in 60 epochs, and the factor of the rate, which falls tenfold in "
            f"epochs {', '.join(map(str, falls))}: eleven epochs after the last improvement or fall.",
            panels=(
                Plot(title="validation loss", x_title="epoch", series=(Series(name="loss", x=t, y=losses),)),
                Plot(
                    title="factor of the rate",
                    x_title="epoch",
                    y_log=True,
                    series=(Series(name="factor", x=t, y=rates, kind="steps", role="other"),),
                ),
            ),
        )


REDUCE_ON_PLATEAU: Final = Watching(
    name="reduce_on_plateau",
    aliases=("ReduceLROnPlateau", "plateau"),
    title="reduce on plateau",
    summary="Multiplies the rate by a factor when the validation loss has not improved for some epochs.",
    formula="rate = factor rate, after more than patience epochs without improvement",
    latex=r"\mathrm{rate} \leftarrow \mathrm{factor} \cdot \mathrm{rate}",
    arguments=(Argument(name="losses", shapes=("(t,)",), meaning="validation losses of the epochs so far"),),
    options=(
        Option(name="factor", meaning="what is left of the rate", low=1e-3, high=0.999),
        Option(name="patience", meaning="how many epochs without improvement are borne", low=0),
        Option(name="threshold", meaning="the part by which the best loss must be undercut", low=0),
    ),
    result="(t,), the factors of the learning rate after each epoch",
    reference=reduce_on_plateau_reference,
    fast=plateau_lr,
    by_epoch=True,
    when="When nobody knows how long training will take, and a validation loss is at hand.",
    when_not="With a noisy validation loss: luck decides when the rate falls; take cosine.",
    mistakes=(
        "A patience longer than that of early stopping: training ends before the rate ever falls.",
        "Taking Keras' patience for torch's: Keras falls in the last of the patience epochs, torch in the one after.",
        "Watching the training loss: it keeps improving while the network overfits.",
    ),
    source="ReduceLROnPlateau of torch, mode min with a relative threshold and no cooldown.",
)
