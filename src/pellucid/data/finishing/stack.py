"""Clips and volumes of a batch: frames picked, varied in training, made floating-point and normalised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.data.transforms.changes import Change
from pellucid.foundation.seeds import torch_generator

PIXEL_MAXIMUM: Final = 255
TIME, DEPTH, HEIGHT, WIDTH = 2, 2, 3, 4
MIDDLE: Final = 0.5
VERSIONS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFinish:
    """Makes the network's inputs of bytes (n, c, z, h, w).

    Example:
        >>> finish = StackFinish(mean=(0.5,), std=(0.5,), frames=2)
        >>> finish((torch.full((1, 1, 6, 4, 4), 255, dtype=torch.uint8),), None)[0].shape
        torch.Size([1, 1, 2, 4, 4])
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    frames: int = 0
    """Of clips, how many the network sees of those that are kept; 0: all slices."""
    changes: tuple[Change, ...] = ()
    """In training: `shift`, a share of the sides; `flip`, a probability; `brightness`, which multiplies by 1 ± it and
    adds as many deviations; `noise`, in deviations."""

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return (n, c, z, h, w) of float32."""
        (stacks,) = arrays
        if self.frames:
            stacks = sampled(stacks, self.frames, generator)
        amounts = {} if generator is None else {change.name: change.amount for change in self.changes}
        if generator is not None and "shift" in amounts:
            for axis in (HEIGHT, WIDTH) if self.frames else (DEPTH, HEIGHT, WIDTH):
                stacks = shifted(stacks, axis, amounts["shift"], generator)
        if generator is not None and "flip" in amounts:
            turned = torch.rand(len(stacks), generator=generator) < amounts["flip"]
            stacks = torch.where(_along(turned.to(stacks.device)), stacks.flip(WIDTH), stacks)
        shape = (-1, 1, 1, 1)
        factor = torch.tensor([1 / (PIXEL_MAXIMUM * std) for std in self.std], device=stacks.device).view(shape)
        shift = torch.tensor([-mean / std for mean, std in zip(self.mean, self.std, strict=True)], device=stacks.device)
        numbers = stacks.to(torch.float32).mul_(factor).add_(shift.view(shape))
        if generator is not None and "brightness" in amounts:
            gain, offset = (torch.rand(2, len(numbers), generator=generator) * 2 - 1) * amounts["brightness"]
            numbers.mul_(_along(1 + gain.to(numbers.device))).add_(_along(offset.to(numbers.device)))
        if generator is not None and "noise" in amounts:
            noise = torch.randn(numbers.shape, generator=generator)
            numbers.add_(noise.to(numbers.device), alpha=amounts["noise"])
        return (numbers,)


def sampled(clips: Tensor, frames: int, generator: torch.Generator | None) -> Tensor:
    """Return `frames` of the frames of each clip (n, c, z, h, w): those in the middle of as many equal parts.

    In training each clip has a random one of the frames at the same place of every part.

    Example:
        >>> sampled(torch.arange(6).view(1, 1, 6, 1, 1), 2, None).flatten()
        tensor([1, 4])
    """
    kept = clips.shape[TIME]
    if kept == frames:
        return clips
    phases = torch.full((1,), MIDDLE) if generator is None else torch.rand(len(clips), generator=generator)
    places = ((torch.arange(frames) + phases[:, None]) * kept / frames).long().clamp_(max=kept - 1).to(clips.device)
    if len(places) == 1:
        return clips.index_select(TIME, places[0])
    return clips.gather(TIME, places[:, None, :, None, None].expand(-1, clips.shape[1], -1, *clips.shape[HEIGHT:]))


def shifted(stacks: Tensor, axis: int, share: float, generator: torch.Generator) -> Tensor:
    """Return stacks, each moved along an axis by up to a share of its length; what is left free repeats the rim.

    Example:
        >>> generator = torch.Generator().manual_seed(0)
        >>> shifted(torch.arange(4).view(1, 1, 1, 1, 4), 4, 0.25, generator).flatten()
        tensor([0, 0, 1, 2])
    """
    length = stacks.shape[axis]
    most = round(share * length)
    steps = torch.randint(-most, most + 1, (len(stacks), 1), generator=generator)
    places = (torch.arange(length) - steps).clamp_(0, length - 1).to(stacks.device)  # (n, length)
    shape = [len(stacks), 1, 1, 1, 1]
    shape[axis] = length
    return stacks.gather(axis, places.view(shape).expand_as(stacks))


def preview(stacks: NDArray[np.uint8], finish: StackFinish, seed: int) -> NDArray[np.uint8]:
    """Return the middle of each of k stacks (k, c, z, h, w), then the middle of varied versions: (k, 7, c, h, w).

    Example:
        >>> preview(np.zeros((2, 1, 3, 8, 8), np.uint8), StackFinish(mean=(0.5,), std=(1.0,)), 0).shape
        (2, 7, 1, 8, 8)
    """
    generator = torch_generator(seed, "augmentation", "preview")
    tensor = torch.from_numpy(np.ascontiguousarray(stacks))
    mean, std = torch.tensor([finish.mean, finish.std])[:, :, None, None]
    shown = []
    for number in range(1 + VERSIONS):
        (numbers,) = finish((tensor,), generator if number else None)
        middle = numbers[:, :, numbers.shape[DEPTH] // 2]
        shown.append(((middle * std + mean) * PIXEL_MAXIMUM).round().clamp(0, PIXEL_MAXIMUM).to(torch.uint8))
    return torch.stack(shown, dim=1).numpy()


def _along(values: Tensor) -> Tensor:
    """Return one value for each example (n,) in the shape (n, 1, 1, 1, 1)."""
    return values.view(-1, 1, 1, 1, 1)
