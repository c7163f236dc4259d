"""Series as they were read: gaps filled, broken ones refused or left out, and all of them put together as content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data import content
from pellucid.data.content import Content, Ragged
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Decoded
from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.errors import DataError
from pellucid.foundation.files import temporary_file
from pellucid.foundation.records import Decision

Values = NDArray[np.floating]

SERIES: Final = "series"  # the column that names each series
FEWEST_STEPS: Final = 2  # one value has no course
SHOWN: Final = 3
LOOKED_AT: Final = 256  # series that tell how many channels there are
GAPPY_SHARE: Final = 0.2  # of missing values: from here on, much of what is learnt from was never measured


def collect(read: Iterable[Values | str], names: Sequence[str], settings: DataSettings, keep: bool) -> Decoded:
    """Return series put together: an array (n, l, c) where all have one length, else `Ragged`.

    Args:
        read: for each series its values (l, c), NaN where one is missing; or in a few words what is wrong with it.
            They are taken one by one, so that many need not be in memory together.
        names: of the series, for people: a file, a line of a file.
        settings: whether broken series are left out.
        keep: keep the place of broken series, to say so beside the predictions of the others.

    Raises:
        DataError: a series is broken and not to be left out, or none is whole.

    Example:
        >>> two = [np.array([[1.0], [np.nan], [3.0]]), np.array([[4.0], [5.0], [6.0]])]
        >>> collect(two, ["a", "b"], DataSettings(), False).content[0].tolist()
        [[1.0], [2.0], [3.0]]
    """
    with temporary_file() as file:
        store, faults, said = _stored(read, file)
        if len(faults) == len(names) or (faults and not (keep or settings.skip_bad_rows)):
            raise _refused(names, faults)
        found = store.content(len(names) if keep else None)
    problems = [
        RowProblem(row=row, sentence=f"predict expected a whole series, got {names[row]} ({fault}): mend it")
        for row, fault in faults.items()
    ]
    return Decoded(
        content=found,
        kept=np.arange(len(names), dtype=np.int64) if keep else np.array(store.rows, np.int64),
        problems=tuple(problems) if keep else (),
        decisions=(*said, *(() if keep else _said_left_out(names, faults))),
    )


def _stored(read: Iterable[Values | str], file: IO[bytes]) -> tuple[Store, dict[int, str], tuple[Decision, ...]]:
    """Return the whole series, what is wrong with the others by row, and what is to be said."""
    arriving = iter(read)
    first = list(islice(arriving, LOOKED_AT))
    channels = _usual_channels(first)
    store, faults, gaps, constant = Store(channels, file), {}, Gaps(), 0
    for row, values in enumerate(chain(first, arriving)):
        fault = _fault(values, channels)
        if fault or isinstance(values, str):
            faults[row] = fault
            continue
        gaps = gaps.with_one(values)
        whole = filled(values)
        constant += bool((whole == whole[0]).all())
        store.add(row, whole)
    return store, faults, (*gaps.said(len(store.rows)), *_said_constant(constant, len(store.rows)))


class Store:
    """Series written one after the other into a file without a name: memory stays flat however many there are."""

    def __init__(self, channels: int, file: IO[bytes]) -> None:
        self.rows: list[int] = []
        self._lengths: list[int] = []
        self._channels = channels
        self._file = file

    def add(self, row: int, values: NDArray[np.float32]) -> None:
        """Append the series of a row."""
        self.rows.append(row)
        self._lengths.append(len(values))
        self._file.write(values.data.cast("B"))

    def content(self, rows: int | None) -> Content:
        """Return all series; where a number of rows is given, those that were not added are filled in by the first."""
        shape = (sum(self._lengths), self._channels)
        self._file.flush()
        values: NDArray[np.float32] = np.memmap(self._file, np.float32, "r+", shape=shape)
        if values.nbytes <= content.MOST_IN_MEMORY:
            values = np.array(values)
        if len(set(self._lengths)) == 1 and rows in (None, len(self.rows)):
            return values.reshape(len(self.rows), -1, self._channels)
        lengths = np.array(self._lengths, np.int64)
        starts = np.cumsum(lengths) - lengths
        if rows is None:
            return Ragged(values, starts, lengths)
        places = np.zeros(rows, np.int64)
        places[self.rows] = np.arange(len(self.rows))
        return Ragged(values, starts[places], lengths[places])


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How many values are missing, and in how many series."""

    missing: int = 0
    total: int = 0
    series: int = 0

    def with_one(self, values: Values) -> Gaps:
        """Return the counts with one series more."""
        count = int(np.isnan(values).sum())
        return Gaps(missing=self.missing + count, total=self.total + values.size, series=self.series + (count > 0))

    def said(self, series: int) -> tuple[Decision, ...]:
        """Say how many values are missing and what stands in for them."""
        if not self.missing:
            return ()
        said = Decision(
            topic="missing values",
            choice="each lies on the straight line between its neighbours, at the ends it is the nearest value",
            reason=f"{self.missing:,} of {self.total:,} values are missing, in {self.series:,} of {series:,} series",
            warning=self.missing >= GAPPY_SHARE * self.total,
        )
        return (said,)


def filled(values: Values) -> NDArray[np.float32]:
    """Return values (l, c) with missing ones on the straight line between their neighbours, at the ends the nearest.

    Example:
        >>> filled(np.array([[np.nan], [2.0], [np.nan], [4.0]])).ravel().tolist()
        [2.0, 2.0, 3.0, 4.0]
    """
    out = np.ascontiguousarray(values, dtype=np.float32)
    if not np.isnan(out).any():
        return out
    out = out.copy()
    steps = np.arange(len(out))
    for channel in out.T:
        there = ~np.isnan(channel)
        channel[~there] = np.interp(steps[~there], steps[there], channel[there])
    return out


def _usual_channels(read: Sequence[Values | str]) -> int:
    """Return the number of channels that most series have."""
    counts = Counter(values.shape[1] for values in read if not isinstance(values, str))
    return counts.most_common(1)[0][0] if counts else 0


def _fault(values: Values | str, channels: int) -> str:
    """Return what is wrong with a series, in a few words; nothing where it is whole."""
    if isinstance(values, str):
        return values
    steps, own = values.shape
    if own != channels:
        return f"{own} channels where most have {channels}"
    if steps < FEWEST_STEPS:
        return f"{steps} step{'s' * (steps != 1)} long"
    if np.isinf(values).any():
        return "an infinite value"
    lost = np.flatnonzero(np.isnan(values).all(axis=0))
    if len(lost):
        return f"no value in channel {lost[0] + 1}" if channels > 1 else "no value at all"
    return ""


def _refused(names: Sequence[str], faults: Mapping[int, str]) -> DataError:
    """Return the error that names the first broken series."""
    first = min(faults)
    others = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    return DataError(
        f"read expected whole series, got {names[first]} ({faults[first]}){others}: "
        "mend them, or leave them out with --skip-bad-rows"
    )


def _said_left_out(names: Sequence[str], faults: Mapping[int, str]) -> tuple[Decision, ...]:
    """Say which series were left out."""
    if not faults:
        return ()
    shown = ", ".join(f"{names[row]} ({fault})" for row, fault in list(faults.items())[:SHOWN])
    reason = f"they are broken: {shown}{' …' if len(faults) > SHOWN else ''}"
    return (Decision(topic="bad series", choice=f"{len(faults)} left out", reason=reason, warning=True),)


def _said_constant(count: int, series: int) -> tuple[Decision, ...]:
    """Say that some series never change."""
    if not count:
        return ()
    said = Decision(
        topic="constant series",
        choice=f"{count} of {series} are learnt from like the others",
        reason="they hold one value at every step; a sensor may have failed",
        warning=True,
    )
    return (said,)
