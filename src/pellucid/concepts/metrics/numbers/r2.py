"""R²: the share of the target's variation that is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import NUMBER_PREDICTIONS, NUMBER_TARGETS, check_numbers
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

FEWEST: Final = 2  # rows: one alone does not vary


def r2_reference(predictions: Floats, targets: Floats) -> float:
    """Return the share of the target's variation that is explained: 1 is perfect, 0 no better than the mean.

    **Formula** R² = 1 - sum of (y - z)² / sum of (y - mean of y)².

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        At most 1, best 1; 0 is no better than the mean, below 0 worse. If all targets are equal: 1 where they are
        predicted exactly, and 0 where not.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there are fewer than two rows, or a number is NaN or infinite.

    Example:
        >>> import numpy as np
        >>> r2_reference(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 5.0]))
        0.75
    """
    _check(predictions, targets)
    z, y = predictions, targets
    residual, total = np.sum((y - z) ** 2), np.sum((y - np.mean(y)) ** 2)
    if total == 0:
        return 1.0 if residual == 0 else 0.0
    return float(1 - residual / total)


def r2(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `r2_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there are fewer than two rows, or a number is NaN or infinite.
    """
    import torch

    _check(predictions, targets)
    residual = (targets - predictions).square().sum()
    total = (targets - targets.mean()).square().sum()
    constant = (residual == 0).to(residual.dtype)
    return torch.where(total == 0, constant, 1 - residual / torch.where(total == 0, 1.0, total))


def _drawn() -> Picture:
    generator = np.random.default_rng(3)
    x = np.linspace(0, 1, 12)
    y = 2 * x + generator.normal(scale=0.35, size=12)
    slope, height = np.polyfit(x, y, 1)
    frames = []
    for part in (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0):
        z = y.mean() + part * (slope * x + height - y.mean())
        value = r2_reference(z, y)
        sums = float(np.sum((y - z) ** 2)), float(np.sum((y - y.mean()) ** 2))
        gaps = np.column_stack([y, z, np.full(12, np.nan)]).ravel()
        lines = (
            Series(name="", x=np.repeat(x, 3), y=gaps, role="quiet"),
            Series(name="targets", x=x, y=y, kind="dots", role="other"),
            Series(name="predictions", x=x, y=z),
            Series(name="mean", x=x[[0, -1]], y=np.full(2, y.mean()), role="quiet", dashed=True),
        )
        bars = tuple(
            Series(name=f"around the {name}", x=np.array([name]), y=np.array([one]), kind="bars", role=role)
            for name, one, role in zip(("prediction", "mean"), sums, ROLES, strict=False)
        )
        panels = (
            Plot(title="predictions and their residuals", x_title="x", series=lines),
            Plot(title="sums of squares", series=bars, y_range=(0, 18)),
        )
        note = f"R² = 1 − {sums[0]:.2f} / {sums[1]:.2f} = {value:.3f}"
        frames.append(Frame(label=f"slope × {part:g}", note=note, panels=panels))
    return Picture(
        alt=f"A line turned from wrong to fitted, against the mean of the targets. {frames[-1].note}.",
        frames=tuple(frames),
    )


def _check(predictions: Any, targets: Any) -> None:
    check_numbers("r2", predictions, targets)
    if len(targets) < FEWEST:
        raise RangeError("r2 expected at least two rows, got 1: one row has no variation to explain")


R2: Final = Metric(
    name="r2",
    aliases=("r2_score", "R2Score", "coefficient_of_determination", "r_squared"),
    title="R²",
    summary="The share of the target's variation that is explained: 1 is perfect, 0 no better than the mean.",
    formula="1 - sum of (y - z)^2 / sum of (y - mean of y)^2",
    latex=r"R^2 = 1 - \frac{\sum_i (y_i - z_i)^2}{\sum_i (y_i - \bar y)^2}",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at most 1, best 1; 0 is the mean, negative is worse than the mean",
    reference=r2_reference,
    fast=r2,
    greater_is_better=True,
    best=1.0,
    worst=None,
    drawn=_drawn,
    when="A number without unit: how much better than always saying the mean.",
    when_not="To compare sets of different spread: the same error gives a high R² where targets vary much.",
    mistakes=(
        "Thinking that it is a square and so at least 0: on new rows it can be far below 0.",
        "Taking the squared correlation for it: that forgives any wrong slope and shift.",
        "Swapping the arguments: it is not symmetric.",
    ),
    source="S. Wright, 1921; the mean is that of the judged rows, as sklearn.metrics.r2_score.",
)
