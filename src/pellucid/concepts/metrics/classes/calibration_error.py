"""Expected calibration error: how far stated probabilities are from observed frequencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.metrics.inputs import (
    BINARY_TARGETS,
    PROBABILITIES,
    Integers,
    check_classes,
    check_pair,
    check_probabilities,
)
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

BINS: Final = 10  # of equal width: tenths, as in the reports
ROWS: Final = 2000  # of the picture


def calibration_error_reference(probabilities: Floats, targets: Integers, bins: int = BINS) -> float:
    """Return how far stated probabilities are from observed frequencies, on average over bins.

    **Formula** sum over bins b of (n_b / n) |mean of p in b - mean of y in b|; bin = floor(bins p), p = 1 in the last
    one.

    Args:
        probabilities: p, the predicted probability of class 1, (n,), from 0 to 1.
        targets: y, 1 where truly positive, else 0, (n,).
        bins: how many bins of equal width, at least 1.

    Returns:
        From 0 to 1, best 0.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row or no bin, a probability lies outside 0 to 1, or a target is neither 0 nor 1.

    Example:
        >>> import numpy as np
        >>> round(calibration_error_reference(np.array([0.8, 0.8, 0.8, 0.1]), np.array([1, 0, 1, 0])), 4)
        0.125
    """
    _check(probabilities, targets, bins)
    p, y, n = probabilities, targets, len(targets)
    b = np.minimum((p * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        inside = b == one
        if inside.any():
            error += np.sum(inside) / n * abs(np.mean(p[inside]) - np.mean(y[inside]))
    return float(error)


def calibration_error(probabilities: Tensor, targets: Tensor, bins: int = BINS) -> Tensor:
    """Return the same on tensors; see `calibration_error_reference`.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row or no bin, a probability lies outside 0 to 1, or a target is neither 0 nor 1.
    """
    import torch

    _check(probabilities, targets, bins)
    place = (probabilities * bins).long().clamp(max=bins - 1)
    gaps = torch.bincount(place, weights=probabilities - targets.to(probabilities.dtype), minlength=bins)
    return gaps.abs().sum() / len(targets)


def _drawn() -> Picture:
    z = np.linspace(-4, 4, ROWS)
    true_p = 1 / (1 + np.exp(-z))
    frames = []
    for sureness in (0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0):
        p = 1 / (1 + np.exp(-sureness * z))
        b = np.minimum((p * BINS).astype(int), BINS - 1)
        held = np.unique(b)
        stated, observed = (np.array([one[b == place].mean() for place in held]) for one in (p, true_p))
        error = float(np.abs(stated - observed) @ np.bincount(b, minlength=BINS)[held] / ROWS)
        kind = "too timid" if sureness < 1 else "too sure" if sureness > 1 else "calibrated"
        middles, shares = (np.arange(BINS) + 0.5) / BINS, np.bincount(b, minlength=BINS) / ROWS
        rows = Series(name="rows", x=middles, y=shares, kind="bars", role="other")
        panels = (
            _diagram(stated, observed),
            Plot(title="share of rows", x_title="bin of the stated probability", series=(rows,)),
        )
        note = f"logits times {sureness:g}: {kind}, calibration error {error:.3f}"
        frames.append(Frame(label=f"× {sureness:g}", note=note, panels=panels))
    return Picture(
        alt=f"Calibration diagram of a model made timid or too sure. Last frame: {frames[-1].note}.",
        frames=tuple(frames),
    )


def _diagram(stated: Floats, observed: Floats) -> Plot:
    ends = np.array([0.0, 1.0])
    return Plot(
        title="observed over stated",
        x_title="stated probability",
        series=(
            Series(name="calibrated", x=ends, y=ends, role="quiet"),
            Series(name="observed frequency", x=stated, y=observed, kind="line and dots"),
        ),
        x_range=(0, 1),
        y_range=(0, 1),
        square=True,
    )


def _check(probabilities: Any, targets: Any, bins: int) -> None:
    check_pair("calibration_error", probabilities, targets, "probabilities")
    check_classes("calibration_error", targets, "targets", most=1)
    check_probabilities("calibration_error", probabilities)
    if bins < 1:
        raise RangeError(f"calibration_error expected at least one bin, got {bins}: pass bins=10")


CALIBRATION_ERROR: Final = Metric(
    name="calibration_error",
    aliases=("ece", "expected_calibration_error", "calibration_curve", "CalibrationDisplay", "BinaryCalibrationError"),
    title="expected calibration error",
    summary="How far stated probabilities are from observed frequencies, on average over bins.",
    formula="sum over bins of (n_b / n) |mean p in b - mean y in b|",
    latex=r"\sum_{b=1}^{B}\frac{n_b}{n}\left|\bar p_b - \bar y_b\right|",
    arguments=(PROBABILITIES, BINARY_TARGETS),
    options=(Option(name="bins", meaning="how many bins of equal width", low=1),),
    result="from 0 to 1, best 0",
    reference=calibration_error_reference,
    fast=calibration_error,
    greater_is_better=False,
    best=0.0,
    worst=1.0,
    drawn=_drawn,
    when="Somebody acts on the stated probability: a stated 80 % should come true in 80 of 100 cases.",
    when_not="To order models: always stating the share of positives is perfectly calibrated and useless. "
    "Take log loss.",
    mistakes=(
        (
            "Comparing it with different bins or different numbers of rows: few rows per bin give an "
            "error by luck alone."
        ),
        "Measuring it on the rows on which the temperature was fitted.",
        (
            "Taking the confidence of the predicted class and the probability of class 1 for the same "
            "thing: here it is that of class 1."
        ),
    ),
    source="M. P. Naeini et al., Obtaining well calibrated probabilities, 2015; bins of equal width over"
    " the probability of class 1.",
)
