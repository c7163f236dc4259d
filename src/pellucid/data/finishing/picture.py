"""Pictures of a batch: bytes become floating-point numbers of mean 0 and deviation 1 in each channel."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.data.batches import Normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFinish:
    """Normalises a batch of pictures, videos or volumes of bytes.

    Example:
        >>> finish = PictureFinish(mean=(0.5,), std=(0.5,))
        >>> finish((torch.full((2, 1, 4, 4), 255, dtype=torch.uint8),), None)[0].unique()
        tensor([1.])
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nothing but normalising is done, which is quicker where all pictures lie in memory (`InMemory`)."""
        return True

    def normalise(self, *, channels_last: bool) -> Normalise:
        """Return the same for `InMemory`."""
        return Normalise(mean=self.mean, std=self.std, channels_last=channels_last)

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return (n, c, sizes) of float32."""
        del generator
        (pixels,) = arrays
        shape = (-1, *[1] * (pixels.ndim - 2))
        factor = torch.tensor([1 / (255 * std) for std in self.std], device=pixels.device).view(shape)
        shift = torch.tensor([-mean / std for mean, std in zip(self.mean, self.std, strict=True)], device=pixels.device)
        return (pixels.to(torch.float32).mul_(factor).add_(shift.view(shape)),)
