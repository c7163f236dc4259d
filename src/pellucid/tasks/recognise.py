"""Telling from the numbers of a target what they are: two classes, class codes, counts, ratings or measurements.

Counts and class codes are both small whole numbers from 0 or 1 on; what tells them apart is how often each is used.
Counts have one peak near their start and a tail that thins out as the Poisson and negative binomial laws say; codes
are used evenly, or up and down without an order, or end while still common. A name decides only what values leave open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pellucid.tasks.shape import Shape, describe_shape, heaped, missing_tail, used_evenly, without_order
from pellucid.tasks.task import Floats

Kind = Literal["binary", "multiclass", "regression", "count"]

CODE_STARTS: Final = (0, 1)  # where codes and counts begin
SIGNS: Final = (-1, 0, 1)  # codes of against, neither, for
FEW: Final = 5  # up to so many whole numbers are codes, unless they follow a law of counts closely
FEWEST_FOR_LAW: Final = 4  # with three numbers any decreasing shares look like a law of counts
MOST_UNORDERED: Final = 20  # beyond, ups and downs are rounding habits (10, 20, 30) rather than codes
MOST_GAPS: Final = 0.25  # share of unused numbers between the lowest and the highest code
RIGHT_SKEW: Final = 0.75  # skewness over (deviation / mean): 1 of Poisson, up to 2 of negative binomial; less a margin
DOUBT_ROWS: Final = 3  # rows for each number from which on the skewness gets the benefit of one standard error
NEAR_ZERO: Final = 2.5  # a mean further from 0 than this many standard deviations hardly feels that counts stop at 0
CLEAR_ZEROS: Final = 0.1  # from this share of zeros on, no measurement is meant

COUNT_WORDS: Final = frozenset({"count", "counts", "cnt", "num", "number", "visits", "claims", "events", "nb"})
MEASURE_WORDS: Final = frozenset(
    {
        "age",
        "price",
        "cost",
        "income",
        "salary",
        "fare",
        "year",
        "score",
        "grade",
        "rating",
        "quality",
        "rank",
        "weight",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the numbers of a target are, and why."""

    kind: Kind
    reason: str
    """A clause that can follow *because*."""


def recognise_numbers(values: Floats, name: str, *, has_exposure: bool = False) -> Recognised:
    """Return what these numbers are.

    Args:
        values: (n,) finite numbers, at least two different ones.
        name: of the column; asked last.
        has_exposure: whether the user named an exposure, which only counts have.

    Example:
        >>> import numpy as np
        >>> recognise_numbers(np.array([1.0, 2, 3] * 50), "cultivar").kind
        'multiclass'
        >>> recognise_numbers(np.repeat([0.0, 1, 2, 3, 4, 5], [500, 200, 80, 30, 10, 4]), "visits").kind
        'count'
    """
    shape = describe_shape(values)
    countable = shape.whole and shape.lowest >= 0
    if has_exposure and countable:
        return Recognised(kind="count", reason=f"{name} holds whole numbers from {shape.lowest:g} on, with an exposure")
    if shape.distinct == len(("negative", "positive")):
        two = f"{shape.numbers[0]:g} and {shape.numbers[1]:g}"
        return Recognised(kind="binary", reason=f"{name} holds the two values {two}")
    if not shape.whole:
        return Recognised(kind="regression", reason=f"{name} holds {shape.distinct} different numbers with fractions")
    if tuple(shape.numbers) == SIGNS:
        return Recognised(kind="multiclass", reason=f"{name} holds the three codes -1, 0 and 1")
    if not countable:
        return Recognised(kind="regression", reason=f"{name} holds whole numbers, some below 0")
    return _codes(shape, name) or _counts(shape, name) or _measurements(shape, name)


def _codes(shape: Shape, name: str) -> Recognised | None:
    """Recognise numbers that only name classes."""
    said = f"{name} holds the {shape.distinct} whole numbers {shape.span}"
    starts, counts = shape.lowest in CODE_STARTS, _thins_out(shape, name)
    if starts and used_evenly(shape):
        return Recognised(kind="multiclass", reason=f"{said}, none of them rare, as class codes are")
    if shape.distinct <= MOST_UNORDERED and shape.gaps <= MOST_GAPS and without_order(shape):
        return Recognised(
            kind="multiclass", reason=f"{said}, common and rare ones side by side in no order, as class codes are"
        )
    if shape.distinct < FEWEST_FOR_LAW and not (counts and _hints(name, COUNT_WORDS)):
        return Recognised(kind="multiclass", reason=f"{said} only")
    if starts and shape.distinct <= FEW and not shape.gaps and not counts:
        return Recognised(kind="multiclass", reason=f"{said} only, and they do not thin out as counts do")
    return None


def _counts(shape: Shape, name: str) -> Recognised | None:
    """Recognise counts of events."""
    if not _thins_out(shape, name):
        return None
    clear = shape.share_of_zeros >= CLEAR_ZEROS or shape.peak <= shape.lowest + 1
    if not clear and _hints(name, MEASURE_WORDS):
        return Recognised(
            kind="regression", reason=f"{name} holds whole numbers that could be counts, but is called like an amount"
        )
    zeros = f"{100 * shape.share_of_zeros:.0f} % are 0, " if shape.share_of_zeros > 0 else ""
    return Recognised(
        kind="count",
        reason=f"{name} holds whole numbers from {shape.lowest:g} on that thin out towards large ones "
        f"({zeros}the median is {shape.median:g}, the largest {shape.highest:g}), as counts do",
    )


def _thins_out(shape: Shape, name: str) -> bool:
    """Say whether the frequencies look like those of counts; a name that says so lifts what small means lack."""
    hinted = _hints(name, COUNT_WORDS)
    starts = hinted or shape.lowest in CODE_STARTS
    near_zero = hinted or shape.mean <= NEAR_ZERO * shape.deviation
    doubt = shape.skewness_error if DOUBT_ROWS * shape.distinct <= shape.rows else 0.0
    skewness = shape.skewness + doubt
    right_skewed = skewness * shape.mean >= RIGHT_SKEW * shape.deviation
    ends_early = shape.distinct <= MOST_UNORDERED and missing_tail(shape)
    return starts and near_zero and right_skewed and not ends_early and not heaped(shape)


def _measurements(shape: Shape, name: str) -> Recognised:
    """Say which kind of measurement in whole numbers this is."""
    if shape.distinct <= MOST_UNORDERED:
        said = f"the {shape.distinct} whole numbers {shape.span} with one peak: an ordered scale, as of ratings"
    elif shape.lowest not in CODE_STARTS:
        said = f"{shape.distinct} different whole numbers from {shape.lowest:g} on, as measurements do"
    elif heaped(shape):
        said = f"{shape.distinct} different whole numbers, a few favourites again and again, as rounded amounts do"
    else:
        said = (
            f"{shape.distinct} different whole numbers that do not pile up near 0 as counts do "
            f"(mean {shape.mean:.3g}, standard deviation {shape.deviation:.3g})"
        )
    return Recognised(kind="regression", reason=f"{name} holds {said}")


def _hints(name: str, words: frozenset[str]) -> bool:
    """Say whether one of the words stands in a column's name: `ClaimNb`, `num_visits`, `count`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return not words.isdisjoint(re.split(r"[^a-z0-9]+", spaced.casefold()))
