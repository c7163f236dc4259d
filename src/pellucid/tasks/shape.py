"""How often each number of a target occurs, and what that looks like; what `recognise` decides by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.tasks.task import Floats

EVEN_AT_LEAST: Final = 0.3  # the rarest code over the mean frequency of the codes
EVEN_ROWS: Final = 3  # rows for each code, below which evenness means nothing
CHANCE: Final = 3.0  # standard errors beyond which a valley between two frequencies is no chance
BEYOND_ROWS: Final = 4.0  # rows expected beyond the highest number; none of them comes with a chance of 2 %
HEAP_RANGE: Final = 10  # whole numbers in the range below which nobody rounds
HEAP_SHARE: Final = 0.3  # effective number of different amounts over those possible: 0.6 to 1 where nobody rounds
MOST_WITH_ENDS: Final = 10  # scales with more numbers than this may pile up at both ends (none, or 14 and more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The frequencies of the numbers of a target, and their moments."""

    rows: int
    numbers: Floats
    """The different numbers, rising."""
    counts: NDArray[np.int64]
    """How many rows hold each."""
    mean: float
    deviation: float
    """Standard deviation."""
    skewness: float
    """Third standardised moment: above 0 with a tail to the right."""
    median: float
    whole: bool
    """Whether all numbers are whole."""

    @property
    def distinct(self) -> int:
        """How many different numbers there are."""
        return len(self.numbers)

    @property
    def lowest(self) -> float:
        """The smallest number."""
        return float(self.numbers[0])

    @property
    def highest(self) -> float:
        """The largest number."""
        return float(self.numbers[-1])

    @property
    def skewness_error(self) -> float:
        """Standard error of the skewness, of a normal distribution."""
        return math.sqrt(6 / self.rows)

    @property
    def peak(self) -> float:
        """The commonest number."""
        return float(self.numbers[self.counts.argmax()])

    @property
    def gaps(self) -> float:
        """Share of the whole numbers from the lowest to the highest that do not occur."""
        return 1 - self.distinct / (self.highest - self.lowest + 1)

    @property
    def share_of_zeros(self) -> float:
        """Share of the rows that hold 0."""
        return float(self.counts[self.numbers == 0].sum()) / self.rows

    @property
    def span(self) -> str:
        """From where to where: `1…3`."""
        return f"{self.lowest:g}…{self.highest:g}"


def describe_shape(values: Floats) -> Shape:
    """Return the shape of (n,) finite numbers, at least two of them different."""
    numbers, counts = np.unique(values, return_counts=True)
    mean, deviation = float(values.mean()), float(values.std())
    return Shape(
        rows=len(values),
        numbers=numbers,
        counts=counts,
        mean=mean,
        deviation=deviation,
        skewness=float((((values - mean) / deviation) ** 3).mean()),
        median=float(np.median(values)),
        whole=bool((numbers == np.floor(numbers)).all()),
    )


def used_evenly(shape: Shape) -> bool:
    """Say whether all whole numbers from the lowest to the highest occur, none of them rare.

    Example:
        >>> used_evenly(describe_shape(np.repeat([1.0, 2, 3], [59, 71, 48])))
        True
    """
    typical = shape.rows / shape.distinct
    return shape.gaps == 0 and typical >= EVEN_ROWS and int(shape.counts.min()) >= EVEN_AT_LEAST * typical


def without_order(shape: Shape) -> bool:
    """Say whether a whole number is rarer than smaller *and* larger ones, beyond chance: quantities have one peak.

    Example:
        >>> without_order(describe_shape(np.repeat([1.0, 2, 3], [80, 20, 60])))
        True
    """
    places = (shape.numbers - shape.lowest).astype(np.int64)
    frequencies = np.zeros(places[-1] + 1)
    frequencies[places] = shape.counts
    if shape.distinct > MOST_WITH_ENDS:
        frequencies = frequencies[1:-1]
    banks = np.minimum(np.maximum.accumulate(frequencies), np.maximum.accumulate(frequencies[::-1])[::-1])
    return bool((banks - frequencies > CHANCE * np.sqrt(banks + frequencies)).any())


def missing_tail(shape: Shape) -> bool:
    """Say whether counts with this mean and variance would reach beyond the highest number, where there is none.

    The law is Poisson's, or the negative binomial's where the variance is above the mean; numbers from 1 on are
    taken from 1 as if from 0.

    Example:
        >>> missing_tail(describe_shape(np.repeat([1.0, 2, 3, 4, 5], 40)))
        True
        >>> missing_tail(describe_shape(np.repeat([0.0, 1, 2, 3, 4], [607, 303, 76, 13, 1])))
        False
    """
    mean, variance = shape.mean - shape.lowest, shape.deviation**2
    highest = int(shape.highest - shape.lowest)
    if variance > mean:
        size = mean**2 / (variance - mean)
        ratio, chance = mean / (size + mean), math.exp(-size * math.log1p(mean / size))
        steps = ((y + size) / (y + 1) * ratio for y in range(highest))
    else:
        chance = math.exp(-mean)
        steps = (mean / (y + 1) for y in range(highest))
    within = chance
    for step in steps:
        chance *= step
        within += chance
    return (1 - within) * shape.rows >= BEYOND_ROWS


def heaped(shape: Shape) -> bool:
    """Say whether a few favourite amounts come back, as in rounded sums of money; counts use all numbers near 0.

    Of the smaller half of the numbers above 0, Simpson's effective number of different ones is compared with all
    whole numbers in their range.

    Example:
        >>> heaped(describe_shape(np.repeat([0.0, 10, 20, 30, 40, 50], 10)))
        True
    """
    above = shape.numbers > 0
    numbers, counts = shape.numbers[above], shape.counts[above]
    smaller = np.cumsum(counts) <= (counts.sum() + 1) // 2
    range_of_smaller = float(numbers[smaller][-1] - numbers[0] + 1) if smaller.any() else 0.0
    rows = counts[smaller]
    pairs, alike = float(rows.sum() * (rows.sum() - 1)), float((rows * (rows - 1)).sum())
    return range_of_smaller >= HEAP_RANGE and alike * HEAP_SHARE * range_of_smaller > pairs
