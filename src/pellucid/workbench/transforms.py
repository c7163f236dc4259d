"""Batches of what a fitted transform makes, of whatever kind of input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.batches import InMemory
from pellucid.data.content import Content, Rows
from pellucid.data.finishing.picture import PictureFinish
from pellucid.data.gathering import Gathered
from pellucid.data.modalities.modality import Transform
from pellucid.foundation.batches import BatchSource
from pellucid.foundation.records import InputSpec

JUDGING_BATCH: Final = 1024  # without gradients the size changes nothing but memory and time
JUDGED_NUMBERS: Final = 1 << 18  # of the inputs of a batch: four times as many were slower, by a quarter to two thirds
WHOLE_NUMBERS: Final = 1 << 23  # of the inputs of a batch: 64 MiB in double precision
EMBEDDED: Final = 128  # numbers into which networks turn a token, about


def judging_batch(spec: InputSpec) -> int:
    """Return how many examples are judged at a time: fewer of large ones.

    Example:
        >>> judging_batch(InputSpec(kind="picture", examples=9, shape=(1, 28, 28)))
        334
        >>> judging_batch(InputSpec(kind="video", examples=9, shape=(3, 16, 112, 112)))
        1
    """
    numbers = math.prod(spec.shape) * (EMBEDDED if spec.kind == "text" else 1)
    if spec.parts:
        return min(map(judging_batch, spec.parts))
    return max(min(JUDGED_NUMBERS // max(numbers, 1), JUDGING_BATCH), 1)


def whole_batch(spec: InputSpec) -> int:
    """Return how many examples at a time an optimizer gets that goes through all of them in every step.

    Example:
        >>> whole_batch(InputSpec(kind="picture", examples=60_000, shape=(1, 28, 28)))
        10699
    """
    numbers = spec.numbers + len(spec.levels) + math.prod(spec.shape) * (EMBEDDED if spec.kind == "text" else 1)
    return min([max(WHOLE_NUMBERS // max(numbers, 1), 1), *map(whole_batch, spec.parts)])


def batches_of(
    transform: Transform,
    inputs: Sequence[Content],
    targets: NDArray[Any],
    offset: NDArray[np.float64] | None = None,
    *,
    rows: Rows | None = None,
    batch_size: int,
    seed: int | None = None,
    device: str = "cpu",
    channels_last: bool = False,
) -> BatchSource:
    """Return batches of rows: in their order for judging and predicting, shuffled by `seed` for training.

    Args:
        transform: made the inputs, and finishes each batch.
        inputs: of all rows of the data, as `transform.apply` gave them.
        targets: of all rows, encoded.
        offset: of all rows.
        rows: that are wanted; None for all.
        batch_size: examples of a step.
        seed: of the order and of augmentation; None when nothing is to be random.
        device: where the network is.
        channels_last: whether pictures shall lie in memory pixel by pixel.
    """
    finish = transform.finish()
    rows = np.arange(len(targets), dtype=np.int64) if rows is None else rows
    arrays = [part for part in inputs if isinstance(part, np.ndarray) and not isinstance(part, np.memmap)]
    plain = finish is None or (isinstance(finish, PictureFinish) and (finish.is_plain or seed is None))
    if len(arrays) < len(inputs) or not plain:
        return Gathered(
            inputs, targets, offset, rows=rows, finish=finish, batch_size=batch_size, seed=seed, device=device
        )
    return InMemory(
        [array[rows] for array in arrays],
        targets[rows],
        None if offset is None else offset[rows],
        batch_size=batch_size,
        seed=seed,
        device=device,
        transform=finish.normalise(channels_last=channels_last) if isinstance(finish, PictureFinish) else None,
    )
