"""Bootstrap intervals: the rows are drawn again with replacement, many times, and the scores' spread is their interval.

Source: Efron, Bootstrap Methods: Another Look at the Jackknife, 1979; the percentile interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from pellucid.evaluation.sheet import Floats, Sheet
from pellucid.foundation.seeds import numpy_generator

CHUNK_CELLS: Final = 100_000  # weights at a time: 0.8 MB, so that a chunk stays in the cache (twice as fast as 16 MB)
MOST_CELLS: Final = 30_000_000  # cost x resamples; beyond it fewer resamples are drawn: seconds, not minutes
FEWEST_RESAMPLES: Final = 200  # the ends of a 95 % interval then rest on five resamples each
FEWEST_ROWS: Final = 5  # below that resamples hold too little to say anything
FEWEST_DEFINED: Final = 0.5  # a score that exists in fewer resamples than this share gets no interval


def resamples_for(sheet: Sheet, wanted: int) -> int:
    """Return how many resamples are drawn: `wanted`, fewer for very many rows or classes, none for very few rows."""
    if sheet.rows < FEWEST_ROWS:
        return 0
    return min(wanted, max(FEWEST_RESAMPLES, MOST_CELLS // sheet.cost))


def weights_of_resamples(rows: int, count: int, seed: int) -> Iterator[Floats]:
    """Yield (c, rows) chunks of `count` resamples in all: how often each row was drawn. The same for the same seed."""
    generator = numpy_generator(seed, "bootstrap")
    step = max(1, CHUNK_CELLS // rows)
    for start in range(0, count, step):
        drawn = generator.integers(0, rows, size=(min(step, count - start), rows))
        weights = np.empty(drawn.shape)
        for weighting, row in zip(weights, drawn, strict=True):
            weighting[:] = np.bincount(row, minlength=rows)
        yield weights


def resampled(sheets: Sequence[Sheet], count: int, seed: int) -> list[Floats]:
    """Return for each sheet the (count, s) scores of the resamples, all sheets on the same resamples.

    The sheets hold the same rows in the same order, so that differences between them are paired.
    """
    chunks = [
        [sheet.values(weights) for sheet in sheets] for weights in weights_of_resamples(sheets[0].rows, count, seed)
    ]
    return [np.concatenate(samples) for samples in zip(*chunks, strict=True)]


def point(sheet: Sheet) -> Floats:
    """Return the (s,) scores themselves."""
    return np.asarray(sheet.values(np.ones((1, sheet.rows)))[0])


def interval(value: float, samples: Floats, confidence: float) -> tuple[float, float] | None:
    """Return the percentile interval of (b,) samples, widened where needed so that it holds `value`.

    Scores that a resample pushes to one side (calibration error: repeated rows look less calibrated) would otherwise
    lie outside their own interval. None when the score, or most of its samples, do not exist.
    """
    defined = samples[~np.isnan(samples)]
    if np.isnan(value) or len(defined) == 0 or len(defined) < FEWEST_DEFINED * len(samples):
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return min(float(low), value), max(float(high), value)
