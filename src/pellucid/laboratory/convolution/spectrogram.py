"""A sound as a picture: what the length of the window shows, and what it hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Field, Picture, Plot
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

RATE: Final = 8000  # samples per second, of a telephone
SECONDS: Final = 0.5
CLICK: Final = 0.35  # seconds: the first of two clicks; two tones sound all the time
DEEP: Final = 0.5  # a dip below this share of the lower peak tells two peaks apart
COLUMNS: Final = 125  # of the picture
ROWS: Final = 60
HIGHEST: Final = 2000.0  # hertz shown
FLOOR: Final = 1e-6  # of the greatest power: what is weaker is not shown


@dataclass(frozen=True, kw_only=True)
class Spectrogram(Experiment):
    """Look at two tones and two clicks through windows of two lengths.

    Example:
        >>> Spectrogram().run()["long"].shape[0] > Spectrogram().run()["short"].shape[0]
        True
    """

    name: ClassVar[str] = "spectrogram"
    aliases: ClassVar[tuple[str, ...]] = ("stft", "short-time fourier transform", "window length")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "a sound as a picture"
    question: ClassVar[str] = "Which window turns a sound into a picture that a network can read?"
    formula: ClassVar[str] = "S[f, m] = |sum_j w_j x_(m s + j) exp(-2 pi i f j / k)|^2"
    latex: ClassVar[str] = r"S_{f,m} = \left| \sum_{j=0}^{k-1} w_j \, x_{m s + j} \, e^{-2 \pi i f j / k} \right|^2"
    look_for: ClassVar[str] = (
        "A window of k samples tells apart tones that lie more than about 2 r / k hertz apart, at r samples a second, "
        "and clicks more than about k / 2 samples apart: no window does both well. Speech is usually looked at "
        "through 25 ms. A convolution over the waveform learns its windows instead."
    )
    source: ClassVar[str] = "D. Gabor, Theory of communication, 1946; the window is J. von Hann's."

    low: float = parameter(440.0, "the lower tone", low=100, high=1500, unit="Hz")
    apart: float = parameter(60.0, "how far the second tone lies above it", low=10, high=400, unit="Hz")
    pause: float = parameter(0.02, "between the two clicks", low=0.002, high=0.1, unit="s")
    short: int = parameter(64, "samples of the short window", low=16, high=512)
    long: int = parameter(512, "samples of the long window", low=32, high=2048)

    def run(self) -> Result:
        """Return the power through both windows, (frequencies, moments) each, and the sound (samples,)."""
        sound = self._sound()
        powers = {"short": power(sound, self.short), "long": power(sound, self.long)}
        tones = {name: self._tones_apart(one) for name, one in powers.items()}
        clicks = {name: self._clicks_apart(one) for name, one in powers.items()}
        claims = (
            Claim(
                sentence="the long window tells the two tones apart, the short one does not",
                holds=tones["long"] < DEEP <= tones["short"],
                measured=f"between them the power falls to {tones['long']:.0%} and {tones['short']:.0%} of the weaker",
            ),
            Claim(
                sentence="the short window tells the two clicks apart, the long one does not",
                holds=clicks["short"] < DEEP <= clicks["long"],
                measured=f"between them it falls to {clicks['short']:.0%} and {clicks['long']:.0%} of the weaker",
            ),
        )
        return Result(
            experiment=self,
            values={**powers, "sound": sound},
            claims=claims,
            picture=Picture(
                alt=f"Two tones of {self.low:g} and {self.low + self.apart:g} Hz and clicks {self.pause * 1000:g} ms "
                f"apart, seen through {self.short} and {self.long} samples.",
                panels=tuple(
                    _panel(one, f"{window} samples, {window / RATE * 1000:.0f} ms")
                    for one, window in zip(powers.values(), (self.short, self.long), strict=True)
                ),
            ),
        )

    def _sound(self) -> Floats:
        """Return two tones and two clicks (samples,)."""
        t = np.arange(int(SECONDS * RATE)) / RATE
        sound = np.sin(2 * np.pi * self.low * t) + np.sin(2 * np.pi * (self.low + self.apart) * t)
        for moment in (CLICK, CLICK + self.pause):
            sound[int(moment * RATE)] += 20.0
        return sound / 20.0

    def _tones_apart(self, powers: Floats) -> float:
        """Return the least mean power between the tones over that of the weaker one, before the clicks."""
        quiet = powers[:, : int(powers.shape[1] * CLICK / SECONDS * 0.6)].mean(axis=1)
        frequencies = np.linspace(0, RATE / 2, len(quiet))
        return _dip(frequencies, quiet, self.low, self.low + self.apart)

    def _clicks_apart(self, powers: Floats) -> float:
        """Return the least power between the clicks over that of the weaker one, far above the tones."""
        high = powers[len(powers) // 2 :].mean(axis=0)
        moments = np.linspace(0, SECONDS, len(high))
        return _dip(moments, high, CLICK, CLICK + self.pause)


def power(sound: Floats, window: int) -> Floats:
    """Return the power (frequencies, moments) through a Hann window that moves by an eighth of itself.

    Example:
        >>> power(np.ones(100), 16).shape
        (9, 51)
    """
    stride = max(window // 8, 1)
    padded = np.pad(sound, window // 2)
    parts = np.lib.stride_tricks.sliding_window_view(padded, window)[::stride]
    spectra: Floats = np.abs(np.fft.rfft(parts * np.hanning(window + 1)[:-1], axis=1)) ** 2
    return spectra.T


def _dip(places: Floats, values: Floats, first: float, second: float) -> float:
    """Return the least value between two places, over the smaller of the values there."""
    one, two = np.interp([first, second], places, values)
    between = np.interp(np.linspace(first, second, 101), places, values)
    return float(between.min() / max(min(one, two), 1e-300))


def _panel(powers: Floats, title: str) -> Plot:
    """Return the picture of one spectrogram in decibels, the tones' part of it."""
    frequencies, moments = np.linspace(0, HIGHEST, ROWS), np.linspace(0, SECONDS, COLUMNS)
    shown = powers[: max(int(len(powers) * HIGHEST / (RATE / 2)), 2)]
    rows = np.linspace(0, len(shown) - 1, ROWS).round().astype(int)
    columns = np.linspace(0, shown.shape[1] - 1, COLUMNS).round().astype(int)
    decibels = 10 * np.log10(shown[np.ix_(rows, columns)] / powers.max() + FLOOR) - 10 * np.log10(FLOOR)
    return Plot(
        title=title,
        x_title="seconds",
        y_title="hertz",
        field=Field(x=moments, y=frequencies, values=decibels, kind="heat"),
    )
