"""Shades of pictures and clips as bytes, whatever numbers they come in; a part at a time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import room
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

BYTE_MAXIMUM: Final = 255
CHUNK_VALUES: Final = 1 << 24


def as_bytes(array: NDArray[Any], noun: str) -> tuple[NDArray[np.uint8], tuple[Decision, ...]]:
    """Return shades as uint8: bytes as they are, 0 … 1 and 0 … 255 by rounding, others between their extremes.

    Args:
        array: (n, …); may be memory-mapped.
        noun: `pictures`, to be said.

    Raises:
        DataError: a shade is NaN or infinite.

    Example:
        >>> as_bytes(np.array([[0.0, 0.5, 1.0]]), "pictures")[0]
        array([[  0, 128, 255]], dtype=uint8)
    """
    if array.dtype == np.uint8:
        return array if isinstance(array, np.memmap) else np.ascontiguousarray(array), ()
    step = max(CHUNK_VALUES // max(array[:1].size, 1), 1)
    parts = [slice(start, start + step) for start in range(0, len(array), step)] if array.size else []
    low = min((float(array[part].min()) for part in parts), default=0.0)
    high = max((float(array[part].max()) for part in parts), default=0.0)
    if not np.isfinite([low, high]).all():
        raise DataError(f"read expected finite shades in the {noun}, got NaN or infinity: mend or drop those {noun}")
    whole = np.issubdtype(array.dtype, np.integer)
    if low >= 0 and high <= 1 and not whole:
        start, stop = 0.0, 1.0
    elif low >= 0 and high <= BYTE_MAXIMUM and (whole or high > 1):
        start, stop = 0.0, float(BYTE_MAXIMUM)
    else:
        start, stop = low, high
    pixels = room(array.shape, np.uint8)
    for part in parts:
        values = array[part].astype(np.float32)
        pixels[part] = np.rint((values - start) * (BYTE_MAXIMUM / ((stop - start) or 1.0)))
    said = Decision(
        topic="pixels",
        choice=f"shades {start:g} … {stop:g} scaled to 0 … {BYTE_MAXIMUM}",
        reason=f"{noun} are kept as whole numbers of one byte",
    )
    return pixels, (said,)
