"""What is drawn about numbers and counts: residuals, and counts observed against expected."""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.evaluation.deviance import POISSON_BELOW, unit_deviance
from pellucid.evaluation.records import Frequencies, Quantiles, Residuals
from pellucid.evaluation.sheet import Floats, Integers
from pellucid.foundation.seeds import numpy_generator

MOST_SAMPLED: Final = 2000  # points of truth against prediction: more make a blot
MOST_BINS: Final = 40
MOST_BARS: Final = 30  # of the frequencies of counts
SHARE_SHOWN: Final = 0.995  # of the rows, before the tail is thrown together in the last bar
FEWEST_ABOVE: Final = 0.5  # expected rows above the last bar that are worth a plus sign
MOST_EXPECTED: Final = 20_000  # rows from which expected frequencies are computed, evenly spread: a second at most


def residuals(truth: Floats, predicted: Floats, seed: int) -> Residuals:
    """Return a sample of truth against prediction, and the histogram of truth - predicted over all rows."""
    rows = np.arange(len(truth))
    if len(truth) > MOST_SAMPLED:
        rows = np.sort(numpy_generator(seed, "residuals").choice(len(truth), MOST_SAMPLED, replace=False))
    difference = truth - predicted
    bins = int(np.clip(np.sqrt(len(truth)), 1, MOST_BINS))
    counts, edges = np.histogram(difference, bins=bins)
    return Residuals(
        truth=tuple(map(float, truth[rows])),
        predicted=tuple(map(float, predicted[rows])),
        edges=tuple(map(float, edges)),
        counts=tuple(map(int, counts)),
        mean=float(difference.mean()),
        spread=float(difference.std()),
    )


def frequencies(truth: Floats, means: Floats, spread: float) -> Frequencies:
    """Return how many rows hold each count, and how many the predicted distributions expect (Tukey's rootogram).

    Formula: expected(a ≤ count < b) = sum over rows of P(count ≤ b - 1 | mean, spread) - P(count ≤ a - 1 | …).
    """
    top = int(np.quantile(truth, SHARE_SHOWN, method="higher"))
    width = top // MOST_BARS + 1
    lowest = np.arange(0, top + 1, width)
    rows = np.linspace(0, len(truth) - 1, min(len(truth), MOST_EXPECTED)).astype(np.int64)
    below = _share_at_most(lowest[1:] - 1, means[rows], spread) * len(truth)
    expected = np.diff(below, prepend=0.0, append=len(truth))
    above = len(truth) * (1 - float(_share_at_most(lowest[-1:] + width - 1, means[rows], spread)[0]))
    bars = np.minimum(truth // width, len(lowest) - 1).astype(np.int64)
    return Frequencies(
        distribution="poisson" if spread < POISSON_BELOW else "negative binomial",
        values=tuple(map(int, lowest)),
        width=width,
        observed=tuple(map(float, np.bincount(bars, minlength=len(lowest)))),
        expected=tuple(map(float, expected)),
        open_ended=bool(above >= FEWEST_ABOVE or truth.max() >= lowest[-1] + width),
    )


def _share_at_most(counts: Integers, means: Floats, spread: float) -> Floats:
    """Return for each count the mean over the rows of P(row's count ≤ it), by the incomplete gamma or beta function."""
    from scipy.special import betainc, gammaincc

    means = np.maximum(means, np.finfo(np.float64).eps)
    if spread < POISSON_BELOW:
        shares = [gammaincc(count + 1, means).mean() for count in counts]
    else:
        size = 1 / spread
        shares = [betainc(size, count + 1, size / (size + means)).mean() for count in counts]
    return np.array(shares, dtype=np.float64)


def deviance_residuals(truth: Floats, means: Floats, spread: float) -> Quantiles:
    """Return the five numbers of sign(truth - mean) x sqrt(deviance)."""
    means = np.maximum(means, np.finfo(np.float64).eps)
    values = np.sign(truth - means) * np.sqrt(unit_deviance(truth, means, spread))
    minimum, lower, median, upper, maximum = map(float, np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    return Quantiles(minimum=minimum, lower_quartile=lower, median=median, upper_quartile=upper, maximum=maximum)
