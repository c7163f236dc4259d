"""Pictures of a batch: varied in training, then of mean 0 and deviation 1 in each channel."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.data.batches import Normalise
from pellucid.data.transforms.changes import Change
from pellucid.foundation.batches import Mixture


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFinish:
    """Normalises a batch of pictures of bytes; varies them first where a generator is given.

    Example:
        >>> finish = PictureFinish(mean=(0.5,), std=(0.5,))
        >>> finish((torch.full((2, 1, 4, 4), 255, dtype=torch.uint8),), None)[0].unique()
        tensor([1.])
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    changes: tuple[Change, ...] = ()
    """By which training pictures are varied."""
    fill: tuple[float, ...] = ()
    """Shades 0 … 1 of the background, per channel."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing but normalising is done, which is quicker where all pictures lie in memory (`InMemory`)."""
        return not self.changes

    def normalise(self, *, channels_last: bool) -> Normalise:
        """Return the same, without changes, for `InMemory`."""
        return Normalise(mean=self.mean, std=self.std, channels_last=channels_last)

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return (n, c, sizes) of float32."""
        (pixels,) = arrays
        if self.changes and generator is not None:
            from pellucid.data.finishing.augmentation.varying import varied

            pixels = varied(pixels, self.changes, [255 * shade for shade in self.fill], generator)
        shape = (-1, *[1] * (pixels.ndim - 2))
        factor = torch.tensor([1 / (255 * std) for std in self.std], device=pixels.device).view(shape)
        shift = torch.tensor([-mean / std for mean, std in zip(self.mean, self.std, strict=True)], device=pixels.device)
        return (pixels.to(torch.float32).mul_(factor).add_(shift.view(shape)),)

    def mix(
        self, inputs: tuple[Tensor, ...], generator: torch.Generator | None
    ) -> tuple[tuple[Tensor, ...], Mixture | None]:
        """Return finished pictures mixed with one another, and how, where that is wanted; see `Mixes`."""
        if not self.changes or generator is None:
            return inputs, None
        from pellucid.data.finishing.augmentation.varying import mixed

        pictures, mixture = mixed(inputs[0], self.changes, generator)
        return (pictures,), mixture
