"""Clips and volumes as one array: (n, z, h, w), or with an axis of channels after n, after z or at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.clips import frame_size
from pellucid.data.dataset import Dataset
from pellucid.data.grids import LONGEST_SIDE, longest_side, resampled, resampled_shape, wanted_spacing
from pellucid.data.settings import DataSettings
from pellucid.data.shades import as_bytes
from pellucid.data.sources.clip_folder import CLIP
from pellucid.data.sources.source import Known, table_dataset
from pellucid.data.sources.volume_folder import VOLUME
from pellucid.data.stacks import SPATIAL_AXES, STACK_AXES, chunks_of, mapped, resized
from pellucid.foundation.errors import DataError, ShapeError
from pellucid.foundation.records import Decision, InputKind

CHANNELS: Final = (1, 3, 4)  # of pictures and films
MOST_CHANNELS: Final = 4  # of volumes: several scans of one body
PLACES: Final = {1: "(n, c, z, h, w)", 4: "(n, z, h, w, c)", 2: "(n, z, c, h, w)"}
FLAT: Final = 0.5  # of the shorter side of a slice: fewer slices than this share are frames
NAMED: Final[dict[str, InputKind]] = {
    **dict.fromkeys(("clip", "video", "frame", "movie", "film"), "video"),
    **dict.fromkeys(("volum", "voxel", "scan"), "volume"),
}
SUBJECTS: Final[dict[InputKind, str]] = {"video": CLIP, "volume": VOLUME}


def are_stacks(array: NDArray[Any], settings: DataSettings, name: str = "") -> bool:
    """Say whether an array holds clips or volumes: five axes, or four of which none is one of channels.

    Args:
        array: of examples.
        settings: `kind` says what they are.
        name: of the array, which may say so too.

    Example:
        >>> are_stacks(np.zeros((9, 10, 32, 32)), DataSettings()), are_stacks(np.zeros((9, 3, 32, 32)), DataSettings())
        (True, False)
    """
    if array.ndim == STACK_AXES or settings.kind in SUBJECTS:
        return True
    plain = settings.kind is None and array.ndim == STACK_AXES - 1
    return plain and (_called(name) is not None or not {array.shape[1], array.shape[-1]} & set(CHANNELS))


def read_stacks(
    array: NDArray[Any], labels: pl.DataFrame, settings: DataSettings, known: Known, name: str = "arrays"
) -> Dataset:
    """Return clips or volumes of an array, with their labels.

    Args:
        array: (n, z, h, w), or with channels; may be memory-mapped.
        labels: n rows, or none.
        settings: `kind` says which of the two they are; size and spacing.
        known: the columns as a trained run knows them.
        name: of the array, which may say what it holds.

    Raises:
        ShapeError: it has another number of axes, or no axis of channels where there are five.
        DataError: a value is NaN or infinite.
    """
    stacks, axes = _channels_first(array)
    kind, said_kind = _kind(stacks.shape, settings, known, name)
    subject = SUBJECTS[kind]
    names = pl.DataFrame({subject: [str(i) for i in range(len(array))]})
    table = names.hstack(labels) if labels.width else names
    kept = replace(settings, column={**(settings.column or {}), subject: "text"})
    dataset = table_dataset(table.lazy(), name=name, settings=kept, known=known, target=tuple(labels.columns))
    content, spacing, said = _clips(stacks, settings) if kind == "video" else _volumes(stacks, settings)
    return replace(
        dataset,
        kind=kind,
        subject=subject,
        content=content,
        spacing=spacing,
        decisions=(*dataset.decisions, *axes, *said_kind, *said),
    )


def _channels_first(array: NDArray[Any]) -> tuple[NDArray[Any], tuple[Decision, ...]]:
    """Return the array as (n, c, z, h, w), finding the axis of the channels.

    Raises:
        ShapeError: there is none.
    """
    if array.ndim == STACK_AXES - 1:
        return array[:, None], ()
    axes = [axis for axis in PLACES if array.ndim == STACK_AXES and array.shape[axis] <= MOST_CHANNELS]
    if not axes:
        raise ShapeError(
            f"read expected clips or volumes of shape (n, z, h, w), (n, c, z, h, w), (n, z, c, h, w) or (n, z, h, w, "
            f"c) with up to {MOST_CHANNELS} channels c, got {array.shape}: reshape it"
        )
    said = Decision(
        topic="channels",
        choice=f"{array.shape} read as {PLACES[axes[0]]}",
        reason=f"an axis of {array.shape[axes[0]]} holds the channels",
        warning=len(axes) > 1,
    )
    return np.moveaxis(array, axes[0], 1), (said,)


def _kind(
    shape: tuple[int, ...], settings: DataSettings, known: Known, name: str
) -> tuple[InputKind, tuple[Decision, ...]]:
    """Return whether they are clips or volumes, and why."""
    if settings.kind in SUBJECTS:
        return settings.kind, ()
    for kind, subject in SUBJECTS.items():
        if any(column.name == subject for column in known):
            return kind, ()
    _, channels, z, h, w = shape
    called = _called(name)
    if called is not None:
        kind, reason = called, f"the name {name} says so"
    elif z < FLAT * min(h, w) and channels in CHANNELS:
        kind, reason = "video", f"{z} are few beside {h} × {w} pixels"
    else:
        kind, reason = "volume", f"{z} × {h} × {w} are about as many along each axis"
    other = "volume" if kind == "video" else "video"
    said = Decision(
        topic="kind of input",
        choice=f"clips of {z} frames" if kind == "video" else f"volumes of {z} slices",
        reason=reason,
        overrule=f"--kind {other}",
        warning=called is None,
    )
    return kind, (said,)


def _called(name: str) -> InputKind | None:
    """Return what the name of an array says that it holds."""
    return next((kind for part, kind in NAMED.items() if part in name.lower()), None)


def _clips(stacks: NDArray[Any], settings: DataSettings) -> tuple[NDArray[Any], float, tuple[Decision, ...]]:
    """Return clips as bytes of one size."""
    clips, shades = as_bytes(stacks, "clips")
    (height, width), said = frame_size([clips.shape[-2:]], settings)
    if clips.shape[-2:] != (height, width):
        shape = (*clips.shape[1:3], height, width)
        clips = mapped(clips, shape, np.uint8, lambda part: resized(part, height, width))
    return clips, 0.0, (*shades, *said)


def _volumes(stacks: NDArray[Any], settings: DataSettings) -> tuple[NDArray[Any], float, tuple[Decision, ...]]:
    """Return volumes of numbers of one spacing; voxels of an array are taken to be 1 mm apart.

    Raises:
        DataError: a value is NaN or infinite.
    """
    shape, unit = stacks.shape[2:], (1.0,) * SPATIAL_AXES
    for start, part in chunks_of(stacks):
        finite = np.isfinite(part).all(axis=(1, 2, 3, 4))
        if not finite.all():
            raise DataError(
                f"read expected finite voxels, got NaN or infinity in volume {start + int(np.argmin(finite))}: "
                "mend or drop those volumes"
            )
    spacing = wanted_spacing([(shape, unit)], settings.spacing, longest_side(settings.size))
    small = resampled_shape(shape, unit, spacing)
    if small == shape:
        plain = stacks.dtype in (np.uint8, np.float32)
        return stacks if plain else mapped(stacks, stacks.shape[1:], np.float32, np.asarray), spacing, ()

    def change(part: NDArray[Any]) -> NDArray[Any]:
        return np.stack([[resampled(channel, unit, spacing) for channel in volume] for volume in part])

    found = mapped(stacks, (stacks.shape[1], *small), np.float32, change)
    said = Decision(
        topic="spacing",
        choice=f"volumes brought from {' × '.join(map(str, shape))} to {' × '.join(map(str, small))} voxels",
        reason="you asked for it"
        if settings.spacing or settings.size
        else f"{LONGEST_SIDE} voxels along the longest side are kept unless told",
        overrule="--spacing 1 keeps them as they are",
    )
    return found, spacing, (said,)
