"""Log-mel spectrograms, computed by the network itself, and masks over them for training."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError

WINDOW_SECONDS: Final = 0.025  # as in speech recognition since the 1980s: the voice hardly changes meanwhile
HOP_SECONDS: Final = 0.010
MELS: Final = 64
LOWEST_RATE: Final = 100  # samples per second: one for each hop
RANGE_DECIBELS: Final = 80.0  # below the loudest value of a clip everything counts as silence
SILENCE: Final = 1e-10  # power below which a clip has no sound at all; white noise of deviation 1 has 40 and more
MEL_SCALE, MEL_CORNER_HERTZ = 2595.0, 700.0  # HTK's formula
MOST_MASKED_MELS: Final = 0.2  # of the bands; Park et al. mask up to 27 of 80, for networks that are much larger
MOST_MASKED_FRAMES: Final = 0.2  # of the frames; Park et al. have this bound for the telephone calls of Switchboard


def hertz_to_mel(hertz: Tensor) -> Tensor:
    """Return the pitch on HTK's mel scale: m = 2595 log10(1 + f / 700).

    Example:
        >>> round(float(hertz_to_mel(torch.tensor(1000.0))))
        1000

    Source: D. O'Shaughnessy, Speech communication, 1987; as in HTK.
    """
    return MEL_SCALE * torch.log10(1 + hertz / MEL_CORNER_HERTZ)


def mel_to_hertz(mel: Tensor) -> Tensor:
    """Return the frequency of a pitch; the inverse of `hertz_to_mel`.

    Example:
        >>> round(float(mel_to_hertz(hertz_to_mel(torch.tensor(440.0)))), 2)
        440.0
    """
    return MEL_CORNER_HERTZ * (10 ** (mel / MEL_SCALE) - 1)


def mel_filters(rate: int, mels: int, size: int) -> Tensor:
    """Return triangular filters of height 1, equally wide on the mel scale, from 0 Hz to half the rate.

    Args:
        rate: samples per second.
        mels: bands.
        size: samples of the Fourier transform.

    Returns:
        The weights (mels, size // 2 + 1) of the frequencies in each band; from the middle of the first to that of the
            last, they add up to 1.

    Example:
        >>> mel_filters(8000, 10, 256).shape
        torch.Size([10, 129])
    """
    highest = hertz_to_mel(torch.tensor(rate / 2, dtype=torch.float64))
    corners = mel_to_hertz(torch.linspace(0, 1, mels + 2, dtype=torch.float64) * highest)  # (mels + 2,)
    frequencies = torch.linspace(0, rate / 2, size // 2 + 1, dtype=torch.float64)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    return torch.minimum(rising, falling).clamp(min=0).float()


class LogMel(nn.Module):
    """The log-mel spectrogram of a wave: how loud it is in each band of pitch, from frame to frame.

    **Formula** the power of the Fourier transform under a Hann window, summed in triangular bands of HTK's mel scale,
    in decibels, scaled for each clip so that its loudest value is 1 and 80 dB below it, and silence, are 0. The zeros
    after a short clip stay 0 therefore, and how loud a clip was recorded does not matter.

    Args:
        rate: samples per second.
        mels: bands.
        window_seconds: length of a window.
        hop_seconds: from one frame to the next.

    Raises:
        RangeError: the rate is below 100.

    Example:
        >>> LogMel(8000)(torch.randn(2, 1, 8000)).shape  # one second: a frame every 10 ms, both ends included
        torch.Size([2, 64, 101])

    Source: S. Davis, P. Mermelstein, Comparison of parametric representations, 1980; the scale of the levels is ours.
    """

    window: Tensor
    filters: Tensor

    def __init__(
        self,
        rate: int,
        mels: int = MELS,
        *,
        window_seconds: float = WINDOW_SECONDS,
        hop_seconds: float = HOP_SECONDS,
    ) -> None:
        super().__init__()
        if rate < LOWEST_RATE:
            raise RangeError(
                f"LogMel expected a rate of at least {LOWEST_RATE} samples per second, got {rate}: "
                "pass the rate, or a network for series"
            )
        length, self.hop = round(rate * window_seconds), round(rate * hop_seconds)
        self.size = 2 ** math.ceil(math.log2(length))
        filters = mel_filters(rate, mels, self.size)
        while not filters.any(dim=1).all():  # low bands are narrower than the distance of two frequencies
            self.size *= 2
            filters = mel_filters(rate, mels, self.size)
        self.register_buffer("window", torch.hann_window(length), persistent=False)
        self.register_buffer("filters", filters, persistent=False)

    def forward(self, waves: Tensor) -> Tensor:
        """Return the levels (n, mels, frames), 0 to 1, of waves (n, c, l); frames = 1 + l // hop."""
        with torch.autocast(waves.device.type, enabled=False):  # powers span more than 16 bits can hold
            mono = waves.mean(dim=1).to(self.window.dtype)
            spectrum = torch.stft(
                mono, self.size, self.hop, len(self.window), self.window, pad_mode="constant", return_complex=True
            )
            power = self.filters @ (spectrum.real**2 + spectrum.imag**2)  # (n, mels, frames)
            floor = (power.amax(dim=(1, 2), keepdim=True) * 10 ** (-RANGE_DECIBELS / 10)).clamp(min=SILENCE)
            levels: Tensor = torch.log10(power.clamp(min=floor) / floor) * (10 / RANGE_DECIBELS)
        return levels


class SpecAugment(nn.Module):
    """In training, cover a random band of pitch and a random stretch of time of each spectrogram with silence.

    The widths are drawn from 0 to a share of all, from torch's global generator, anew for each clip.

    Args:
        mels: the largest share of the bands that is covered.
        frames: the largest share of the frames.

    Example:
        >>> SpecAugment().eval()(torch.ones(1, 64, 50)).min()
        tensor(1.)

    Source: D. Park et al., SpecAugment, 2019; without the warping of time.
    """

    def __init__(self, mels: float = MOST_MASKED_MELS, frames: float = MOST_MASKED_FRAMES) -> None:
        super().__init__()
        self.mels, self.frames = mels, frames

    def forward(self, levels: Tensor) -> Tensor:
        """Return the levels (n, mels, frames), in training mode with zeros in the masks."""
        if not self.training:
            return levels
        covered = _mask(levels, 1, self.mels)[:, :, None] | _mask(levels, 2, self.frames)[:, None, :]
        return levels.masked_fill(covered, 0.0)


def _mask(levels: Tensor, axis: int, share: float) -> Tensor:
    """Return for each clip (n, places of the axis) whether the place is covered."""
    clips, places = levels.shape[0], levels.shape[axis]
    width, start = torch.rand(2, clips, 1, device=levels.device)
    width = (width * (share * places + 1)).floor()  # whole places, the largest included
    start = (start * (places - width + 1)).floor()
    place = torch.arange(places, device=levels.device)
    covered: Tensor = (place >= start) & (place < start + width)
    return covered
