"""Sounds for networks: one rate, one length, and how they are varied in training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Ragged, Rows
from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sounds import resampled
from pellucid.data.transforms.changes import changes_of
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.sound import SoundFinish

USUAL_SHARE: Final = 95  # per cent of the training sounds that the network hears as a whole
MOST_SECONDS: Final = 5.0  # unless told: a step on 32 such sounds of 16,000 samples a second took a core four seconds
CONTEXT: Final = 2  # lengths of a long sound that are gathered, for training to cut one out of at a random place
VARIED: Final[Mapping[str, float]] = MappingProxyType(  # see `SoundFinish`
    {"shift": 0.1, "gain": 6.0, "noise": 20.0}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTransform:
    """How sounds become arrays. Everything in it is plain data."""

    rate: int
    """Samples per second."""
    channels: int
    length: int
    """Samples that the network hears of a sound."""
    given: bool = False
    """Whether the user gave the length."""
    longer: float = 0.0
    """Share of the training sounds that are longer."""
    shorter: float = 0.0
    """Share that is shorter."""
    shift: float = 0.0
    """See `SoundFinish`, like the next."""
    gain: float = 0.0
    noise: float | None = None

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        return InputSpec(kind="sound", examples=examples, shape=(self.channels, self.length), rate=self.rate)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The length, and what varies in training."""
        return (*self._said_length(), *self._said_varied())

    def _said_length(self) -> tuple[Decision, ...]:
        parts = [f"the network hears {self.length / self.rate:.3g} seconds of each sound"]
        parts += [f"{self.longer:.0%} are longer and cut"] if self.longer else []
        parts += [f"{self.shorter:.0%} are shorter and filled up with silence"] if self.shorter else []
        if self.given:
            reason = "you said so" if self.longer else "you gave no less than the longest of the training sounds has"
        elif self.longer > 1 - USUAL_SHARE / 100:
            reason = "more would make training slow"
        else:
            reason = f"at least {USUAL_SHARE} % of the training sounds are no longer"
        if len(parts) == 1 and not self.given:
            return ()
        return (Decision(topic="length", choice=", ".join(parts), reason=reason, overrule="--seconds S"),)

    def _said_varied(self) -> tuple[Decision, ...]:
        parts = [f"moved by up to {self.shift * self.length / self.rate:.2g} seconds"] if self.shift else []
        parts += [f"made up to {self.gain:g} dB louder or softer"] if self.gain else []
        parts += [] if self.noise is None else [f"mixed with white noise at least {self.noise:g} dB below them"]
        if not parts:
            return ()
        said = Decision(
            topic="augmentation",
            choice=f"in training sounds are {', '.join(parts)}, anew in each epoch",
            reason="none of it changes what a sound means, and the network learns to hear past it",
            overrule="--augment none",
        )
        return (said,)

    def finish(self) -> SoundFinish:
        """Return what makes waves of a batch."""
        from pellucid.data.finishing.sound import SoundFinish

        return SoundFinish(length=self.length, shift=self.shift, gain=self.gain, noise=self.noise)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return sounds in the rate of the network; they are cut and normalised only when a batch is made.

        Raises:
            DataError: the data set holds no sounds, or sounds with another number of channels.
        """
        sounds = sounds_of(dataset)
        if sounds.values.shape[1] != self.channels:
            raise DataError(
                f"predict expected sounds with {self.channels} channels, got {sounds.values.shape[1]}: mix them first"
            )
        said = Decision(
            topic="rate",
            choice=f"sounds brought to {self.rate:,} samples per second",
            reason=f"the network was trained on such, and these have {dataset.rate:,}",
        )
        return Inputs(
            arrays=(Windows(resampled(sounds, dataset.rate, self.rate), CONTEXT * self.length),),
            problems=dataset.problems,
            decisions=() if dataset.rate == self.rate else (said,),
        )


@dataclass(frozen=True, slots=True)
class Windows:
    """Sounds, of long ones the middle; in no order of length, so that batches are mixtures of all classes."""

    sounds: Ragged
    most: int
    """Samples that are gathered of a sound."""

    def __len__(self) -> int:
        return len(self.sounds)

    def gather(self, rows: Rows) -> tuple[NDArray[Any], ...]:
        """Return samples (n, l, c) with zeros after short sounds, and how many each has (n,)."""
        starts, lengths = self.sounds.starts[rows], self.sounds.lengths[rows]
        middle = starts + np.maximum(lengths - self.most, 0) // 2
        return Ragged(self.sounds.values, middle, np.minimum(lengths, self.most)).gather(np.arange(len(rows)))

    def take(self, rows: Rows) -> Windows:
        """Return these sounds, in this order."""
        return replace(self, sounds=self.sounds.take(rows))

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes of all, for a fingerprint."""
        return self.sounds.chunks()


def sounds_of(dataset: Dataset) -> Ragged:
    """Return the sounds.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.kind != "sound" or not isinstance(dataset.content, Ragged):
        raise DataError(f"predict expected sounds, got a {dataset.kind}: name a sound file or a folder of them")
    return dataset.content


def fit_sound(dataset: Dataset, settings: DataSettings) -> SoundTransform:
    """Fit the transform on the training sounds, and no others.

    Raises:
        UnknownNameError: the setting `augment` names a change that does not exist.
        RangeError: one of its changes has another value than one number.

    Example:
        >>> import polars as pl
        >>> sounds = Ragged.of([np.zeros((length, 1), np.int16) for length in (400, 800)])
        >>> frame = pl.DataFrame({"sound": ["a.wav", "b.wav"]})
        >>> train = Dataset(kind="sound", name="", frame=frame, source_rows=np.arange(2), content=sounds, rate=8000)
        >>> fit_sound(train, DataSettings()).length
        800
    """
    sounds, rate = sounds_of(dataset), dataset.rate
    usual = min(int(np.percentile(sounds.lengths, USUAL_SHARE, method="higher")), round(MOST_SECONDS * rate))
    wanted = usual if settings.seconds is None else round(settings.seconds * rate)
    length = max(min(wanted, int(sounds.lengths.max())), 1)
    return SoundTransform(
        rate=rate,
        channels=sounds.values.shape[1],
        length=length,
        given=settings.seconds is not None,
        longer=float(np.mean(sounds.lengths > length)),
        shorter=float(np.mean(sounds.lengths < length)),
        **{change.name: change.amount for change in changes_of(settings.augment, VARIED, tuple(VARIED))},
    )
