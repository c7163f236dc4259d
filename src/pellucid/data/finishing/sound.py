"""Sounds of a batch: cut or filled up to one length, in training at a random place, louder or softer, with noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

QUIETEST: Final = 1e-8  # deviation of a sound that has none
DECIBELS: Final = 20.0  # of a factor ten of amplitude


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFinish:
    """Makes waves of mean 0 and deviation 1 of a batch of sounds, each in the middle of its place.

    Spoken digits of new speakers were told apart better so than with each sound at the beginning: 82.8 and 81.6 %
    against 76.4 and 81.0 % (convolutions along the waveform, two seeds).

    Example:
        >>> finish = SoundFinish(length=4)
        >>> finish((torch.tensor([[[1], [3], [0]]], dtype=torch.int16), torch.tensor([2])), None)[0].abs()
        tensor([[[0., 1., 1., 0.]]])
    """

    length: int
    """Samples that a network gets."""
    shift: float = 0.0
    """In training a sound is moved so much away from the middle, at most, as a share of the length."""
    gain: float = 0.0
    """Decibels that it is made louder or softer, at most."""
    noise: float | None = None
    """Decibels that white noise is below the sound, at least; None for no noise."""

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return waves (n, c, length) of float32; zeros on both sides where a sound is shorter.

        Args:
            arrays: samples (n, l, c) of int16, and how many of them each sound has (n,).
            generator: in training.
        """
        samples, lengths = arrays
        _, longest, channels = samples.shape
        begin = torch.div(lengths - self.length, 2, rounding_mode="floor")  # (n,) below 0 where silence comes first
        if generator is not None:
            begin = self._shifted(begin, lengths - self.length, generator)
        place = begin[:, None] + torch.arange(self.length, device=samples.device)  # (n, length)
        heard = (place >= 0) & (place < lengths[:, None])
        place = place.clamp_(0, longest - 1)[..., None].expand(-1, -1, channels)
        waves = samples.gather(1, place).to(torch.float32).transpose(1, 2)  # (n, c, length)
        waves = _normalised(waves, heard[:, None])
        if generator is not None:
            waves = self._varied(waves, heard[:, None], generator)
        return (waves.contiguous(),)

    def _shifted(self, begin: Tensor, spare: Tensor, generator: torch.Generator) -> Tensor:
        """Return other places to begin at (n,): long sounds stay filled, short ones whole."""
        moved = begin + (_drawn(begin, generator) * self.shift * self.length).round().to(begin.dtype)
        return torch.minimum(torch.maximum(moved, spare.clamp(max=0)), spare.clamp(min=0))

    def _varied(self, waves: Tensor, heard: Tensor, generator: torch.Generator) -> Tensor:
        """Return waves louder or softer, and with noise."""
        if self.noise is not None:
            seed = int(torch.randint(2**62, (), generator=generator))
            there = torch.Generator(waves.device).manual_seed(seed)
            share = 10 ** (-self.noise / DECIBELS) * _drawn(waves, generator).abs()  # (n,) of the deviation
            white = torch.randn(waves.shape, generator=there, device=waves.device)
            waves = waves + white * share[:, None, None] * heard
        if self.gain:
            waves = waves * (10 ** (_drawn(waves, generator) * self.gain / DECIBELS))[:, None, None]
        return waves


def _drawn(like: Tensor, generator: torch.Generator) -> Tensor:
    """Return a number from -1 to 1 for each sound (n,)."""
    return (torch.rand(len(like), generator=generator) * 2 - 1).to(like.device)


def _normalised(waves: Tensor, heard: Tensor) -> Tensor:
    """Return waves of mean 0 and deviation 1 where there is something to hear, and 0 elsewhere."""
    count = (heard.sum(dim=(1, 2), keepdim=True) * waves.shape[1]).clamp(min=1)
    waves = waves.mul_(heard)  # in place from here on: a batch in judging may be as large as memory allows
    waves.sub_(waves.sum(dim=(1, 2), keepdim=True) / count).mul_(heard)
    deviation = torch.linalg.vector_norm(waves, dim=(1, 2), keepdim=True) / count.sqrt()
    return waves.div_(deviation.clamp(min=QUIETEST))
