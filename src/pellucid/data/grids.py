"""The grid of voxels: its spacing, its shape, and bringing a volume from one grid to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LONGEST_SIDE: Final = 64  # voxels: a step with 16 such volumes takes some ten seconds on a processor core
ROUNDING: Final = 1e-3  # relative: files say 2.199999 for 2.2
DIGITS: Final = 4  # of the spacing that is chosen: millimetres of heads, micrometres of insects
STEP: Final = 0.5  # half a voxel

Grid = tuple[tuple[int, ...], tuple[float, ...]]
"""Shape (z, h, w) and spacing of each axis."""


def wanted_spacing(grids: Sequence[Grid], wish: float | None, side: int | None = None) -> float:
    """Return the one spacing, the same along each axis, to which volumes are brought.

    Where nothing is wished, a middling volume keeps its number of voxels, but for at most 64 along its longest side.

    Args:
        grids: of the volumes.
        wish: the spacing that is wanted.
        side: voxels that are wanted along the longest side of a middling volume, where no spacing is.

    Example:
        >>> wanted_spacing([((10, 20, 20), (2.0, 1.0, 1.0))], None), wanted_spacing([((128,) * 3, (1.0,) * 3)], None)
        (1.26, 2.0)
    """
    if wish is not None:
        return wish
    usual = float(np.median([np.prod(spacing) ** (1 / len(spacing)) for _, spacing in grids]))
    extent = float(np.median([max(np.multiply(shape, spacing)) for shape, spacing in grids]))
    needed = extent / (side or LONGEST_SIDE)
    return float(f"{needed if side or needed > usual * (1 + ROUNDING) else usual:.{DIGITS}g}")


def longest_side(size: int | tuple[int, int] | None) -> int | None:
    """Return the longest side that the setting `size` asks for, None where it asks for nothing.

    Example:
        >>> longest_side((24, 32)), longest_side(None)
        (32, None)
    """
    return max(size) if isinstance(size, tuple) else size


def resampled_shape(shape: tuple[int, ...], spacing: tuple[float, ...], wanted: float) -> tuple[int, ...]:
    """Return the shape of a volume in another spacing.

    Example:
        >>> resampled_shape((10, 20, 20), (4.0, 1.0, 1.0), 2.0)
        (20, 10, 10)
    """
    return tuple(
        max(round(size * step / wanted), 1) if _differs(step, wanted) else size
        for size, step in zip(shape, spacing, strict=True)
    )


def resampled(volume: NDArray[Any], spacing: tuple[float, ...], wanted: float) -> NDArray[np.float32]:
    """Return a volume (z, h, w) in another spacing, by linear interpolation; smoothed before where it gets coarser.

    Example:
        >>> resampled(np.ones((4, 8, 8), np.float32), (2.0, 1.0, 1.0), 2.0).shape
        (4, 4, 4)
    """
    shape = resampled_shape(volume.shape, spacing, wanted)
    if shape == volume.shape:
        return volume.astype(np.float32, copy=False)
    from scipy import ndimage

    factors = [new / old for new, old in zip(shape, volume.shape, strict=True)]
    blur = [max((1 / factor - 1) * STEP, 0.0) for factor in factors]  # so that nothing finer is folded back
    values = volume.astype(np.float32, copy=False)
    if any(blur):
        values = ndimage.gaussian_filter(values, blur, mode="nearest")
    found: NDArray[np.float32] = ndimage.zoom(values, factors, order=1, mode="nearest", grid_mode=True)
    return found


def around_middle(volumes: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return volumes (…, z, h, w) in another shape, their middle in its middle; what is new has their lowest value.

    Args:
        volumes: of one example, or several that have a lowest value each along the first axis.
        shape: wanted, (z, h, w).

    Example:
        >>> around_middle(np.ones((1, 2, 2, 2)), (2, 2, 4))[0, 0]
        array([[1., 1., 1., 1.],
               [1., 1., 1., 1.]])
    """
    had = volumes.shape[-len(shape) :]
    if had == shape:
        return volumes
    lead = volumes.shape[: -len(shape)]
    lowest = volumes.reshape(lead[0], -1).min(axis=1) if lead else volumes.min()
    found = np.empty((*lead, *shape), volumes.dtype)
    found[:] = np.reshape(lowest, (-1, *[1] * (found.ndim - 1))) if lead else lowest
    source: list[Any] = [...]
    place: list[Any] = [...]
    for old, new in zip(had, shape, strict=True):
        common = min(old, new)
        source.append(slice((old - common) // 2, (old - common) // 2 + common))
        place.append(slice((new - common) // 2, (new - common) // 2 + common))
    found[tuple(place)] = volumes[tuple(source)]
    return found


def _differs(first: float, second: float) -> bool:
    return abs(first - second) > ROUNDING * second
