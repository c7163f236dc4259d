"""Series for networks: a mean and a deviation for each channel, and what is done with other lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, Ragged, gathered, room
from pellucid.data.dataset import Dataset
from pellucid.data.transforms.inputs import Inputs, RowProblem
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.series import SeriesFinish

LEVEL_SHARE: Final = 0.5  # of the variance; Tecator has 0.76, no UCR set of actions, outlines and demands above 0.12
LEVEL_CHANNELS: Final = 3  # for each: its course, its level, its deviation
CHUNK_SERIES: Final = 256  # are looked at together, so that large sets are never all in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Means and deviations of whole series, where these are what varies most."""

    share: float
    """Of the variance, that of the means of series."""
    level: tuple[float, ...]
    """Deviation of the means of series, per channel."""
    spread: tuple[float, ...]
    """Mean of the deviations of series, per channel."""
    spread_std: tuple[float, ...]
    """Deviation of the deviations of series, per channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTransform:
    """How series become arrays. Everything in it is plain data."""

    channels: int
    steps: int
    """Of the longest training series."""
    lengths: bool
    """Whether the series have several lengths."""
    mean: tuple[float, ...]
    """Per channel, of the training series."""
    std: tuple[float, ...]
    """Per channel likewise; 1 where a channel never changes."""
    shortest: int
    """Steps of the shortest training series."""
    constant: int = 0
    """Channels that never change in the training series."""
    levels: Levels | None = None
    """Where series are normalised each by itself."""

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        shape = (self.channels * (1 if self.levels is None else LEVEL_CHANNELS), self.steps)
        return InputSpec(kind="series", examples=examples, shape=shape, lengths=self.lengths)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting: what becomes of several lengths, and of constant channels."""
        said = []
        if self.lengths:
            said.append(
                Decision(
                    topic="lengths",
                    choice="shorter series are filled up with zeros, and the network is told where each ends",
                    reason=f"the training series are {self.shortest} to {self.steps} steps long",
                )
            )
        if self.levels is not None:
            choice = "each is brought to mean 0 and deviation 1 by itself; both are given beside it, as channels"
            reason = (
                f"{self.levels.share:.0%} of what varies is the level of whole series, which would hide their course"
            )
            said.append(Decision(topic="levels", choice=choice, reason=reason))
        if self.constant:
            reason = "they hold one value in all training series"
            choice = f"{self.constant} of {self.channels} say nothing"
            said.append(Decision(topic="channels", choice=choice, reason=reason, warning=True))
        return tuple(said)

    def finish(self) -> SeriesFinish:
        """Return what normalises a batch and turns it into (n, c, l)."""
        from pellucid.data.finishing.series import SeriesFinish

        return SeriesFinish(mean=self.mean, std=self.std, levels=self.levels)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return the series as they are, (n, l, c) or `Ragged`; they are normalised when a batch is made.

        Raises:
            DataError: the data set holds no series, or such with other channels.
        """
        content = series_of(dataset)
        channels = _shape_of(content)[1]
        if channels != self.channels:
            raise DataError(
                f"predict expected series with {self.channels} channel{'s' * (self.channels > 1)}, as the network "
                f"was trained on, got {channels}: pass such series"
            )
        return self._of_any_length(dataset, content) if self.lengths else self._of_one_length(dataset, content)

    def _of_any_length(self, dataset: Dataset, content: Content) -> Inputs:
        """Return series of several lengths, cut where they are longer than any training series."""
        ragged = as_ragged(content)
        longer = int((ragged.lengths > self.steps).sum())
        said = Decision(
            topic="lengths",
            choice=f"{longer} series cut after {self.steps} steps",
            reason="no training series was longer",
            warning=True,
        )
        cut = Ragged(ragged.values, ragged.starts, np.minimum(ragged.lengths, self.steps))
        return Inputs(arrays=(cut,), problems=dataset.problems, decisions=(said,) if longer else ())

    def _of_one_length(self, dataset: Dataset, content: Content) -> Inputs:
        """Return series of the length of the training series; others are problems."""
        if not isinstance(content, Ragged) and _shape_of(content)[0] == self.steps:
            return Inputs(arrays=(content,), problems=dataset.problems)
        ragged = as_ragged(content)
        out = room((len(ragged), self.steps, self.channels), np.float32)
        known = {problem.row for problem in dataset.problems}
        problems = list(dataset.problems)
        for row, length in enumerate(ragged.lengths.tolist()):
            if length == self.steps:
                out[row] = ragged[row]
            elif row not in known:
                advice = "cut it" if length > self.steps else "record more of it"
                sentence = (
                    f"predict expected series of {self.steps} steps, as in training, got one of {length}: {advice}"
                )
                problems.append(RowProblem(row=row, sentence=sentence))
        return Inputs(arrays=(out,), problems=tuple(problems))


def series_of(dataset: Dataset) -> Content:
    """Return the series.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.content is None or dataset.kind != "series":
        raise DataError(
            f"predict expected series, got a {dataset.kind}: name a .ts file, a folder of CSV files, or pass arrays "
            "with kind='series'"
        )
    return dataset.content


def fit_series(content: Content) -> SeriesTransform:
    """Fit the transform on the series of the training rows, and no others.

    Example:
        >>> fit_series(np.array([[[1.0], [3.0]]], np.float32)).mean
        (2.0,)
    """
    lengths = lengths_of(content)
    weights = lengths / lengths.sum()
    means, spreads = _moments(content)
    mean = weights @ means
    between = weights @ (means - mean) ** 2
    std = np.sqrt(between + weights @ spreads**2)
    std[std <= np.finfo(np.float32).eps * np.abs(mean)] = 0  # rounding
    share = float(np.mean(between[std > 0] / std[std > 0] ** 2)) if std.any() else 0.0
    levels = Levels(
        share=share,
        level=_divisors(means.std(axis=0)),
        spread=tuple(spreads.mean(axis=0).tolist()),
        spread_std=_divisors(spreads.std(axis=0)),
    )
    return SeriesTransform(
        channels=len(std),
        steps=int(lengths.max()),
        lengths=isinstance(content, Ragged),
        mean=tuple(mean.tolist()),
        std=_divisors(std),
        shortest=int(lengths.min()),
        constant=int((std == 0).sum()),
        levels=levels if share > LEVEL_SHARE else None,
    )


def _moments(content: Content) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation of each series, (n, c) each."""
    means, spreads = [], []
    for start in range(0, len(content), CHUNK_SERIES):
        rows = np.arange(start, min(start + CHUNK_SERIES, len(content)), dtype=np.int64)
        some = [content[row] for row in rows.tolist()] if isinstance(content, Ragged) else gathered(content, rows)[0]
        means += [one.mean(axis=0, dtype=np.float64) for one in some]
        spreads += [one.std(axis=0, dtype=np.float64) for one in some]
    return np.array(means), np.array(spreads)


def _divisors(deviations: NDArray[np.float64]) -> tuple[float, ...]:
    """Return deviations, 1 where there is none."""
    return tuple(np.where(deviations > 0, deviations, 1.0).tolist())


def lengths_of(content: Content) -> NDArray[np.int64]:
    """Return the length of each series."""
    if isinstance(content, Ragged):
        return content.lengths
    return np.full(len(content), _shape_of(content)[0], np.int64)


def as_ragged(content: Content) -> Ragged:
    """Return series of one length as those of several; an array in memory is not copied."""
    if isinstance(content, Ragged):
        return content
    (values,) = gathered(content, np.arange(len(content), dtype=np.int64))
    n, steps, channels = values.shape
    return Ragged(values.reshape(n * steps, channels), np.arange(n, dtype=np.int64) * steps, lengths_of(content))


def _shape_of(content: Content) -> tuple[int, int]:
    """Return steps and channels of the first series."""
    values: NDArray[Any] = gathered(content, np.zeros(1, np.int64))[0][0]
    return values.shape[0], values.shape[1]
