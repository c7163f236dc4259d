"""Reading one volume from a file of any of the formats: what its header says, and its voxels in one orientation."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.stacks import SPATIAL_AXES
from pellucid.foundation.extras import need

SCAN_SUFFIXES: Final = (".nii", ".nii.gz", ".mgz", ".mgh", ".mnc")
ARRAY_SUFFIXES: Final = (".npy", ".npz")
VOLUME_SUFFIXES: Final = (*SCAN_SUFFIXES, *ARRAY_SUFFIXES)
ORIENTATION: Final = "LPS"  # as in DICOM: x to the patient's left, y to the back, z upward
MOST_CHANNELS: Final = 4
FEWEST_VOXELS: Final = 2  # along each axis
READ_ERRORS: Final = (OSError, ValueError, EOFError, KeyError, TypeError, ImportError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file says of itself, in the order (z, y, x) and the orientation to which it will be brought."""

    shape: tuple[int, ...]
    spacing: tuple[float, ...]
    """Millimetres; 1 where the file does not say."""
    channels: int = 1
    times: int = 1
    """Volumes one after the other."""
    turned: bool = False
    """Whether its axes had another order or direction."""


def head_of(file: Path) -> Head | str:
    """Return what a file says of itself, or what is wrong with it."""
    if not file.stat().st_size:
        return "the file is empty"
    try:
        head = _array_head(file) if file.name.lower().endswith(ARRAY_SUFFIXES) else _scan_head(file)
    except READ_ERRORS as error:
        return fault_of(error)
    if min(head.shape) < FEWEST_VOXELS:
        return f"it is no volume but {' × '.join(map(str, head.shape))} voxels"
    return head


def fault_of(error: Exception) -> str:
    """Return what is wrong with a volume, in a few words and one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _array_head(file: Path) -> Head:
    """Return the shape of the array in a file of NumPy's."""
    array = array_of(file)
    axis = channel_axis(array.shape)
    shape = tuple(size for i, size in enumerate(array.shape) if i != axis)
    return Head(shape=shape, spacing=(1.0,) * SPATIAL_AXES, channels=1 if axis is None else array.shape[axis])


def array_of(file: Path) -> NDArray[Any]:
    """Return the one volume in a file of NumPy's, (z, h, w) or with channels first or last.

    Raises:
        ValueError: there is none, or several.
    """
    if file.suffix.lower() == ".npy":
        array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
        return array
    with np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    found = [name for name, one in arrays.items() if one.ndim >= SPATIAL_AXES]
    if len(found) != 1:
        raise ValueError(f"one array of three axes expected, it holds {', '.join(found) or 'none'}")
    only: NDArray[Any] = arrays[found[0]]
    return only


def channel_axis(shape: tuple[int, ...]) -> int | None:
    """Return the axis of the channels of one volume; None where it has none.

    Raises:
        ValueError: it has another number of axes, or no axis that is short enough.

    Example:
        >>> channel_axis((16, 16, 16)), channel_axis((2, 16, 16, 16)), channel_axis((16, 16, 16, 3))
        (None, 0, 3)
    """
    if len(shape) == SPATIAL_AXES:
        return None
    if len(shape) == SPATIAL_AXES + 1:
        for axis in (0, SPATIAL_AXES):
            if shape[axis] <= MOST_CHANNELS:
                return axis
    raise ValueError(f"three axes, or four with up to {MOST_CHANNELS} channels, expected; it has shape {shape}")


def _scan_head(file: Path) -> Head:
    """Return what the header of a scan says."""
    nibabel, image = _loaded(file)
    shape, turn = image.shape, _turn(nibabel, image)
    sizes = nibabel.affines.voxel_sizes(image.affine)
    places = turn[:, 0].astype(int)
    in_order = [0] * SPATIAL_AXES
    spacing = [1.0] * SPATIAL_AXES
    for axis, place in enumerate(places):
        in_order[place] = int(shape[axis])
        spacing[place] = float(sizes[axis]) if np.isfinite(sizes[axis]) and sizes[axis] > 0 else 1.0
    return Head(
        shape=tuple(reversed(in_order)),
        spacing=tuple(reversed(spacing)),
        times=int(np.prod(shape[SPATIAL_AXES:])),
        turned=bool((places != np.arange(SPATIAL_AXES)).any() or (turn[:, 1] < 0).any()),
    )


def _loaded(file: Path) -> tuple[Any, Any]:
    """Return nibabel and a scan, whose voxels are not read yet.

    Raises:
        ValueError: it is no scan, or its header is damaged.
    """
    nibabel = need("nibabel", extra="volumes", what="volumes in NIfTI files")
    nibabel.imageglobals.logger.setLevel("CRITICAL")  # what is wrong with a header stands in our sentence
    try:
        return nibabel, nibabel.load(file)
    except (nibabel.filebasedimages.ImageFileError, nibabel.spatialimages.HeaderDataError) as error:
        raise ValueError(str(error).replace(str(file), file.name)) from None


def _turn(nibabel: Any, image: Any) -> NDArray[Any]:
    """Return how the axes of a scan must be exchanged and turned.

    Raises:
        ValueError: it has fewer than three axes.
    """
    if len(image.shape) < SPATIAL_AXES:
        raise ValueError(f"three axes expected, it has shape {image.shape}")
    wanted = nibabel.orientations.axcodes2ornt(ORIENTATION)
    turn: NDArray[Any] = nibabel.orientations.ornt_transform(nibabel.io_orientation(image.affine), wanted)
    return turn


def _scan_values(file: Path) -> NDArray[Any]:
    """Return the voxels of a scan (1, z, y, x), of several times their mean.

    Raises:
        ValueError: its voxels are no numbers.
    """
    nibabel, image = _loaded(file)
    values = np.asanyarray(image.dataobj)
    if values.dtype.fields:
        raise ValueError("its voxels are colours")
    if values.ndim > SPATIAL_AXES:
        values = np.abs(values) if np.iscomplexobj(values) else values
        values = values.mean(axis=tuple(range(SPATIAL_AXES, values.ndim)), dtype=np.float32)
    turned: NDArray[Any] = nibabel.apply_orientation(values, _turn(nibabel, image))
    return turned.transpose()[None]


def values_of(file: Path) -> NDArray[np.float32]:
    """Return the voxels of a file (c, z, h, w), those without a number as NaN or infinity.

    Raises:
        ValueError, OSError: or another of `READ_ERRORS`: the file is damaged.
    """
    if file.name.lower().endswith(ARRAY_SUFFIXES):
        array = array_of(file)
        axis = channel_axis(array.shape)
        values = array[None] if axis is None else np.moveaxis(array, axis, 0)
    else:
        values = _scan_values(file)
    return (np.abs(values) if np.iscomplexobj(values) else values).astype(np.float32)
