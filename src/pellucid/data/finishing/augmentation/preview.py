"""Some pictures beside varied versions of them, as the network will see them in training."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.data.finishing.picture import PictureFinish
from pellucid.foundation.seeds import torch_generator

VERSIONS: Final = 6
WHITE: Final = 255


def preview(pixels: NDArray[np.uint8], finish: PictureFinish, seed: int) -> NDArray[np.uint8]:
    """Return (k, 1 + 6, c, h, w): each of k pictures (c, h, w) first as it is, then varied.

    Example:
        >>> preview(np.zeros((2, 1, 8, 8), np.uint8), PictureFinish(mean=(0.5,), std=(1.0,)), 0).shape
        (2, 7, 1, 8, 8)
    """
    generator = torch_generator(seed, "augmentation", "preview")
    tensor = torch.from_numpy(np.ascontiguousarray(pixels))
    mean, std = torch.tensor([finish.mean, finish.std])[:, :, None, None]
    shown = [tensor]
    for _ in range(VERSIONS):
        (pictures,), _ = finish.mix(finish((tensor,), generator), generator)
        shown.append(((pictures * std + mean) * WHITE).round().clamp(0, WHITE).to(torch.uint8))
    return torch.stack(shown, dim=1).numpy()
