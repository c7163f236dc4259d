"""Decoding sound files into samples of one rate, in threads, each straight into its place."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Ragged, room
from pellucid.data.progress import counted
from pellucid.data.settings import DataSettings
from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad
from pellucid.data.sources.files import Decoded
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.extras import need
from pellucid.foundation.records import Decision

SOUND_SUFFIXES: Final = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".au")
LOWEST_RATE, HIGHEST_RATE = 100, 768_000  # samples per second: below is no sound; converters go no higher
USUAL_RATE: Final = 16_000  # speech and most noises are told apart below 8,000 Hz, and twice the samples cost twice
KEPT_SECONDS: Final = 60.0  # of a recording, at least; the network hears some seconds of it at a time
WHOLE_SHARE: Final = 0.98  # of the samples that a file promises: compressed ones may end a little earlier
FULL_SCALE: Final = 32_768  # of 16 bits
STREAMED: Final = 0x7FFFFF00  # bytes promised by a file written to a pipe, which could not know its length
PROMISED: Final = re.compile(r"(?:data|SSND) : (\d+) \(should be (\d+)\)")  # in libsndfile's notes on a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file says of itself."""

    frames: int
    """Samples of each channel."""
    rate: int
    channels: int


def decode(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Decode sound files, bringing them to one rate and one channel; of long ones the middle is kept.

    Args:
        files: of the sounds.
        settings: whether files that cannot be read are skipped; the rate, the seconds.
        keep: keep the place of files that cannot be read, to say so beside the predictions of the others.

    Returns:
        `Ragged` samples (total, 1) of int16; what was decided.

    Raises:
        DataError: a file cannot be read, and is not to be skipped; the first one is named. Or all are silent.
        RangeError: the wanted rate is no rate of sounds.
        MissingExtraError: soundfile is not installed.
    """
    need("soundfile", extra="sound", what="sound files")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        heads = list(pool.map(_head, files))
        bad = {i: head for i, head in enumerate(heads) if isinstance(head, str)}
        good = {i: head for i, head in enumerate(heads) if isinstance(head, Head)}
        if not good or (bad and not (keep or settings.skip_bad_rows)):
            raise refuse_files(files, bad, "sound")
        rate = _rate(good.values(), settings)
        most = max(KEPT_SECONDS, 2 * (settings.seconds or 0))
        sounds, faults = _read(files, good, rate, most, pool)
    bad |= faults
    whole = {i: head for i, head in good.items() if i not in bad}
    silent = [i for i in whole if not sounds[i].any()]
    if silent and len(silent) == len(whole) and not keep:
        raise DataError(f"read expected sounds that can be heard, got {len(silent)} silent ones: check the recordings")
    if settings.skip_bad_rows and not keep:
        bad |= dict.fromkeys(silent, "silent from beginning to end")
    if not whole or (bad and not (keep or settings.skip_bad_rows)):
        raise refuse_files(files, bad, "sound")
    kept = np.array([i for i in range(len(files)) if keep or i not in bad], np.int64)
    said = (*_said_rate(whole, rate, settings), *_said_channels(whole), *_said_long(whole, most))
    return Decoded(
        content=sounds.take(kept),
        kept=kept,
        problems=tuple(problem_of(i, files[i], bad[i], "sound") for i in sorted(bad)) if keep else (),
        decisions=(
            *said,
            *_said_silent(files, [i for i in silent if i not in bad]),
            *(() if keep else said_bad(files, bad, "sound")),
        ),
        rate=rate,
    )


def resampled(sounds: Ragged, rate: int, wanted: int) -> Ragged:
    """Return sounds in another rate.

    Args:
        sounds: samples (total, c) of int16.
        rate: of these, in samples per second.
        wanted: the other one.

    Example:
        >>> sounds = Ragged.of([np.zeros((800, 1), np.int16)])
        >>> resampled(sounds, 8000, 16000).lengths
        array([1600])
    """
    if rate == wanted:
        return sounds
    lengths = np.array([resampled_length(int(length), rate, wanted) for length in sounds.lengths], np.int64)
    starts = np.cumsum(lengths) - lengths
    values = room((int(lengths.sum()), sounds.values.shape[1]), np.int16)
    for row, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        wave = sounds[row].astype(np.float32) / np.float32(FULL_SCALE)
        values[start : start + length] = _shorts(_in_rate(wave, rate, wanted))
    return Ragged(values, starts, lengths)


def resampled_length(length: int, rate: int, wanted: int) -> int:
    """Return how many samples a sound has in another rate.

    Example:
        >>> resampled_length(441, 44_100, 16_000)
        160
    """
    return -(-length * wanted // rate)


def _in_rate(wave: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Return samples (l, …) in another rate, without what would be folded back from above half of it."""
    if rate == wanted or not len(wave):
        return wave
    from scipy.signal import resample_poly

    factor = math.gcd(rate, wanted)
    found: NDArray[np.float32] = resample_poly(wave, wanted // factor, rate // factor).astype(np.float32)
    return found


def _shorts(wave: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return samples from -1 to 1 in 16 bits."""
    return np.clip(np.rint(wave * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def _head(file: Path) -> Head | str:
    """Return what a file says of itself, or what is wrong with it."""
    soundfile = need("soundfile", extra="sound", what="sound files")
    if not file.stat().st_size:
        return "the file is empty"
    try:
        with soundfile.SoundFile(file) as sound:
            head = Head(frames=sound.frames, rate=sound.samplerate, channels=sound.channels)
            promise = PROMISED.search(sound.extra_info)
    except (soundfile.LibsndfileError, OSError) as error:
        return _fault(error)
    if promise and int(promise[2]) < int(promise[1]) < STREAMED:
        return f"it breaks off after {int(promise[2]):,} of {int(promise[1]):,} bytes"
    if not LOWEST_RATE <= head.rate <= HIGHEST_RATE:
        return f"{head.rate:,} samples per second are no rate of sounds"
    return head if head.frames else "it holds no samples"


def _fault(error: Any) -> str:
    """Return what is wrong with a sound, in a few words."""
    return str(getattr(error, "error_string", error)).removeprefix("Error : ").rstrip(".")


def _read(
    files: Sequence[Path], heads: Mapping[int, Head], rate: int, most: float, pool: ThreadPoolExecutor
) -> tuple[Ragged, dict[int, str]]:
    """Return the sounds of all files, without samples where they cannot be read, and what is wrong with these."""
    lengths = np.zeros(len(files), np.int64)
    for i, head in heads.items():
        lengths[i] = resampled_length(min(head.frames, round(most * head.rate)), head.rate, rate)
    starts = np.cumsum(lengths) - lengths
    values = room((int(lengths.sum()), 1), np.int16)

    def fill(i: int) -> str:
        fault, lengths[i] = _fill(files[i], heads[i], rate, values[starts[i] : starts[i] + lengths[i], 0])
        done()
        return fault

    with counted("reading sounds", len(heads)) as done:
        faults = {i: fault for i, fault in zip(heads, pool.map(fill, heads), strict=True) if fault}
    return Ragged(values, starts, lengths), faults


def _fill(file: Path, head: Head, rate: int, out: NDArray[np.int16]) -> tuple[str, int]:
    """Decode one sound into its place (l,); return what is wrong with it, or nothing, and how many samples it has."""
    soundfile = need("soundfile", extra="sound", what="sound files")
    wanted = min(head.frames, round(len(out) * head.rate / rate))
    try:
        with soundfile.SoundFile(file) as sound:
            sound.seek((head.frames - wanted) // 2)
            wave = sound.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
    except (soundfile.LibsndfileError, OSError) as error:
        return _fault(error), 0
    if len(wave) < WHOLE_SHARE * wanted:
        return f"it breaks off after {len(wave):,} of {wanted:,} samples", 0
    if not np.isfinite(wave).all():
        return "it holds values that are no numbers", 0
    shorts = _shorts(_in_rate(wave / max(np.abs(wave).max(), 1.0), head.rate, rate))[: len(out)]
    out[: len(shorts)] = shorts - shorts[0] if np.ptp(shorts) == 0 else shorts
    return "", len(shorts)


def _rate(heads: Iterable[Head], settings: DataSettings) -> int:
    """Return the one rate.

    Raises:
        RangeError: the wanted one is no rate of sounds.
    """
    if settings.rate is None:
        return min(Counter(head.rate for head in heads).most_common(1)[0][0], USUAL_RATE)
    if not LOWEST_RATE <= settings.rate <= HIGHEST_RATE:
        raise RangeError(
            f"read expected --rate from {LOWEST_RATE} to {HIGHEST_RATE:,} samples per second, got {settings.rate:,}: "
            "leave it out, or say 16000"
        )
    return settings.rate


def _said_rate(heads: Mapping[int, Head], rate: int, settings: DataSettings) -> tuple[Decision, ...]:
    """Say to which rate the sounds were brought, where they had another."""
    counts = Counter(head.rate for head in heads.values())
    if not counts.keys() - {rate}:
        return ()
    had = ", ".join(f"{count:,} of {found:,}" for found, count in counts.most_common())
    reason = f"the files have {had} samples per second"
    if settings.rate is None and counts.most_common(1)[0][0] > rate:
        reason += ", and more would make training slower"
    said = Decision(
        topic="rate",
        choice=f"all sounds brought to {rate:,} samples per second",
        reason=reason,
        overrule="--rate N",
        warning=len(counts) > 1,
    )
    return (said,)


def _said_channels(heads: Mapping[int, Head]) -> tuple[Decision, ...]:
    """Say that several channels were mixed."""
    several = Counter(head.channels for head in heads.values() if head.channels > 1)
    if not several:
        return ()
    had = ", ".join(f"{count:,} have {channels}" for channels, count in several.most_common())
    return (Decision(topic="channels", choice="mixed to one", reason=f"of {len(heads):,} sounds {had}"),)


def _said_long(heads: Mapping[int, Head], most: float) -> tuple[Decision, ...]:
    """Say that only the middle of very long sounds was read."""
    seconds = [head.frames / head.rate for head in heads.values()]
    long = sum(second > most for second in seconds)
    if not long:
        return ()
    said = Decision(
        topic="long sounds",
        choice=f"the middle {most:g} seconds of {long:,} sound{'s' * (long > 1)} are kept",
        reason=f"the longest lasts {max(seconds):,.0f} seconds, and the network hears some seconds at a time",
        overrule="--seconds S keeps 2 S of long ones, if that is more",
        warning=True,
    )
    return (said,)


def _said_silent(files: Sequence[Path], silent: Sequence[int]) -> tuple[Decision, ...]:
    """Say that there are silent sounds."""
    if not silent:
        return ()
    said = Decision(
        topic="silent sounds",
        choice=f"{len(silent)} stay{'s' * (len(silent) == 1)}, such as {files[silent[0]].name}",
        reason="they can be read, but there is nothing to hear in them",
        overrule="--skip-bad-rows",
        warning=True,
    )
    return (said,)
