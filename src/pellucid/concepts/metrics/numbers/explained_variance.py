"""Explained variance: R² that forgives a constant shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import NUMBER_PREDICTIONS, NUMBER_TARGETS, check_numbers
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.numbers.r2 import r2_reference
from pellucid.drawing.records import Frame, Picture, Plot, Series

if TYPE_CHECKING:
    from torch import Tensor


def explained_variance_reference(predictions: Floats, targets: Floats) -> float:
    """Return the share of the target's variance that is explained when a constant shift is forgiven.

    **Formula** 1 - variance of (y - z) / variance of y.

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        At most 1, best 1; never below R². 1 where the errors are constant and 0 where not, if all targets are equal.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.

    Example:
        >>> import numpy as np
        >>> explained_variance_reference(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0]))
        1.0
    """
    check_numbers("explained_variance", predictions, targets)
    z, y = predictions, targets
    of_errors, of_targets = np.mean((y - z - np.mean(y - z)) ** 2), np.mean((y - np.mean(y)) ** 2)
    if of_targets == 0:
        return 1.0 if of_errors == 0 else 0.0
    return float(1 - of_errors / of_targets)


def explained_variance(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `explained_variance_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.
    """
    import torch

    check_numbers("explained_variance", predictions, targets)
    errors = targets - predictions
    unexplained, total = (one - one.mean() for one in (errors, targets))
    unexplained, total = unexplained.square().mean(), total.square().mean()
    constant = (unexplained == 0).to(errors.dtype)
    return torch.where(total == 0, constant, 1 - unexplained / torch.where(total == 0, 1.0, total))


def _drawn() -> Picture:
    generator = np.random.default_rng(3)
    y = np.linspace(0, 2, 12)
    z = y + generator.normal(scale=0.2, size=12)
    shifts = np.linspace(0, 1, 11)
    r2_values = np.array([r2_reference(z + shift, y) for shift in shifts])
    values = np.array([explained_variance_reference(z + shift, y) for shift in shifts])
    frames = []
    for place, shift in enumerate(shifts):
        agree = Series(name="agreement", x=np.array([0, 2.0]), y=np.array([0, 2.0]), role="quiet")
        dots = Series(name="predictions", x=y, y=z + shift, kind="dots")
        over = (
            Series(name="explained variance", x=shifts, y=values),
            Series(name="R²", x=shifts, y=r2_values, role="other"),
            Series(name="now", x=shifts[[place]], y=values[[place]], kind="dots", role="mark"),
        )
        note = f"shifted by {shift:.1f}: explained variance {values[place]:.3f}, R² {r2_values[place]:.3f}"
        panels = (
            Plot(title="predictions over targets", x_title="target", series=(agree, dots)),
            Plot(title="over the shift", x_title="shift of all predictions", series=over),
        )
        frames.append(Frame(label=f"shift {shift:.1f}", note=note, panels=panels))
    return Picture(alt=f"The same predictions shifted upwards. Last frame: {frames[-1].note}.", frames=tuple(frames))


EXPLAINED_VARIANCE: Final = Metric(
    name="explained_variance",
    aliases=("explained_variance_score", "evs"),
    title="explained variance",
    summary="The share of the target's variance that is explained when a constant shift is forgiven.",
    formula="1 - variance of (y - z) / variance of y",
    latex=r"1 - \frac{\mathrm{Var}(y - z)}{\mathrm{Var}(y)}",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at most 1, best 1",
    reference=explained_variance_reference,
    fast=explained_variance,
    greater_is_better=True,
    best=1.0,
    worst=None,
    drawn=_drawn,
    when="Beside R²: where it is higher, the predictions are shifted, and a constant would mend them.",
    when_not="Instead of R²: it does not see that all predictions are too high.",
    mistakes=("Reporting it as R² because it is higher.",),
    source="As sklearn.metrics.explained_variance_score.",
)
