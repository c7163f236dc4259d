"""Series of a batch: channels before steps, mean 0 and deviation 1 in each channel, zeros after the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.data.transforms.series import Levels

FLAT: Final = 1e-6  # deviation, as a share of that of all series, below which a series counts as constant


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFinish:
    """Normalises a batch of series.

    Example:
        >>> finish = SeriesFinish(mean=(1.0,), std=(2.0,))
        >>> finish((torch.tensor([[[1.0], [5.0], [9.0]]]), torch.tensor([2])), None)[0]
        tensor([[[0., 2., 0.]]])
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    levels: Levels | None = None
    """Where each series is normalised by itself, and its mean and deviation are given as two more channels."""

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return (n, c, l) of float32, and the lengths (n,) where the series have several."""
        del generator
        series = arrays[0].transpose(1, 2)  # (n, c, l)
        device, steps = series.device, series.shape[-1]
        mean, std = torch.tensor([self.mean, self.std], device=device)[:, :, None]
        series = (series - mean) / std
        lengths = torch.full((len(series),), steps, device=device) if len(arrays) == 1 else arrays[1]
        after = (torch.arange(steps, device=device) >= lengths[:, None])[:, None]  # (n, 1, l)
        if self.levels is not None:
            series = self._apart(series, lengths, after, self.levels)
        return (series.masked_fill(after, 0).contiguous(), *arrays[1:])

    def _apart(self, series: Tensor, lengths: Tensor, after: Tensor, levels: Levels) -> Tensor:
        """Return the course, level and deviation of standardised series, (n, 3 c, l)."""
        count = lengths[:, None, None]
        level = series.masked_fill(after, 0).sum(-1, keepdim=True) / count  # (n, c, 1)
        centred = (series - level).masked_fill(after, 0)
        spread = (centred.square().sum(-1, keepdim=True) / count).sqrt()
        numbers = (self.std, levels.level, levels.spread, levels.spread_std)
        std, level_std, usual, spread_std = torch.tensor(numbers, device=series.device)[:, :, None]
        course = centred / spread.clamp(min=FLAT)
        beside = [level * std / level_std, (spread * std - usual) / spread_std]
        return torch.cat([course, *(part.expand_as(series) for part in beside)], dim=1)
