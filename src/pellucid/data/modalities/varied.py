"""What clips and volumes look like when they are varied, for the report."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.stacks import evenly
from pellucid.data.transforms.video import VideoTransform
from pellucid.data.transforms.volume import VolumeTransform

SHOWN: Final = 4  # examples


def vary(dataset: Dataset, transform: VideoTransform | VolumeTransform, seed: int) -> NDArray[np.uint8] | None:
    """Return the middle frame or slice of some examples beside varied versions of it; None where nothing varies."""
    from pellucid.data.finishing.stack import preview

    if not transform.changes:
        return None
    rows = evenly(min(SHOWN, len(dataset)), len(dataset))
    (stacks,) = gathered(transform.apply(dataset.take(rows)).arrays[0], np.arange(len(rows), dtype=np.int64))
    return preview(stacks, transform.finish(), seed)
