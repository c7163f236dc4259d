"""Volumes for networks: one shape, intensities in one byte each, mean and deviation to normalise by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, gathered
from pellucid.data.dataset import Dataset
from pellucid.data.grids import around_middle
from pellucid.data.settings import DataSettings
from pellucid.data.stacks import chunks_of, mapped, moments, shape_of
from pellucid.data.transforms.changes import Change, changes_of, said_changes
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.stack import StackFinish

USUAL: Final = {"shift": 1 / 16, "intensity": 0.1, "noise": 0.05, "flip": 0.5}
AUTO: Final = ("shift", "intensity", "noise")
MEANINGS: Final = {
    "shift": "volumes shifted by up to {:.0%} of their sides",
    "intensity": "contrast and brightness changed by up to {:.2g} deviations",
    "noise": "noise of {:.2g} deviations",
    "flip": "left and right exchanged with probability {:.2g}",
}
FINISHED_AS: Final = {"intensity": "brightness"}
BYTE_MAXIMUM: Final = 255
BYTES: Final = (0.0, 255.0)
UNIT: Final = (0.0, 1.0)
HOUNSFIELD: Final = (-1000.0, 1000.0)  # from air over soft tissue to dense bone
AIR_BELOW, BONE_FROM, BONE_TO = -500, 200, 5000  # Hounsfield units that nearly every CT volume reaches
ROBUST: Final = (0.5, 99.5)  # per cent: a few voxels beyond are noise and metal


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeTransform:
    """How volumes become arrays. Everything in it is plain data."""

    channels: int
    size: tuple[int, int, int]
    """Depth, height and width in voxels."""
    window: tuple[float, float] | None
    """The values that become 0 and 255; None: the percentiles 0.5 and 99.5 of each channel of each volume."""
    mean: tuple[float, ...]
    """Per channel, of the training volumes scaled to 0 … 1."""
    std: tuple[float, ...]
    """Per channel likewise; 1 where there is one intensity only."""
    spacing: float = 0.0
    """Millimetres between voxels; 0 where that is not known."""
    changes: tuple[Change, ...] = ()
    """Of training volumes."""
    augment: str | None = None
    """The wish that they follow."""

    @property
    def reading(self) -> Mapping[str, Any]:
        """The settings with which new volumes are to be read, so that they are resampled as the training volumes."""
        return {"spacing": self.spacing} if self.spacing else {}

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        return InputSpec(
            kind="volume", examples=examples, shape=(self.channels, *self.size), mean=self.mean, std=self.std
        )

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting."""
        reason = "they change no meaning; flips are left out, for left and right may tell classes apart"
        said = said_changes(self.changes, MEANINGS, self.augment, reason)
        return (*self._said_window(), said)

    def _said_window(self) -> tuple[Decision, ...]:
        """Say how intensities are scaled."""
        if self.window in (BYTES, UNIT):
            return ()
        if self.window == HOUNSFIELD:
            low, high = HOUNSFIELD
            choice = f"cut at {low:g} and {high:g} Hounsfield units"
            reason = "the values look like those of computed tomography: air below -500, bone above 200"
        else:
            choice = f"scaled between the percentiles {ROBUST[0]:g} and {ROBUST[1]:g} of each volume"
            reason = "units differ from one scanner to the next"
        overrule = "scale the values to 0 … 1 yourself; those are taken as they are"
        return (Decision(topic="intensities", choice=choice, reason=reason, overrule=overrule),)

    def finish(self) -> StackFinish:
        """Return what varies and normalises a batch."""
        from pellucid.data.finishing.stack import StackFinish

        changes = tuple(
            Change(name=FINISHED_AS.get(change.name, change.name), amount=change.amount) for change in self.changes
        )
        return StackFinish(mean=self.mean, std=self.std, changes=changes)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return volumes (n, c, z, h, w) of uint8, centred in the shape of the training volumes.

        Raises:
            DataError: the data set holds no volumes, or volumes of another number of channels.
        """
        volumes = volumes_of(dataset)
        channels, *found = shape_of(volumes)
        if channels != self.channels:
            raise DataError(
                f"predict expected volumes of {self.channels} channels, got {channels}: give it volumes like those "
                "that it learnt from"
            )
        said = Decision(
            topic="volume shape",
            choice=f"volumes centred in {' × '.join(map(str, self.size))} voxels",
            reason=f"the network was trained on such, and these are {' × '.join(map(str, found))}",
        )
        return Inputs(
            arrays=(scaled(volumes, self.size, self.window),),
            problems=dataset.problems,
            decisions=() if tuple(found) == self.size else (said,),
        )


def scaled(volumes: Content, size: tuple[int, int, int], window: tuple[float, float] | None) -> Content:
    """Return volumes in one shape, their intensities in bytes.

    Args:
        volumes: (n, c, z, h, w).
        size: wanted, (z, h, w).
        window: the values that become 0 and 255; None: percentiles of each channel of each volume.

    Example:
        >>> scaled(np.arange(8.0).reshape(1, 1, 2, 2, 2), (2, 2, 2), (0, 14)).ravel()
        array([  0,  18,  36,  55,  73,  91, 109, 128], dtype=uint8)
    """
    channels, *found = shape_of(volumes)

    def change(part: NDArray[Any]) -> NDArray[Any]:
        part = around_middle(part, size)
        if part.dtype == np.uint8 and window == BYTES:
            return part
        low: Any
        high: Any
        low, high = window or np.percentile(part, ROBUST, axis=(2, 3, 4), keepdims=True).astype(np.float32)
        if window is None:
            flat = high <= low  # nearly all voxels have one value: the few others count
            low = np.where(flat, part.min(axis=(2, 3, 4), keepdims=True), low)
            high = np.where(flat, part.max(axis=(2, 3, 4), keepdims=True), high)
        width = np.maximum(np.asarray(high, np.float32) - low, np.finfo(np.float32).tiny)
        found: NDArray[Any] = np.rint(((part - low) / width).clip(0, 1) * BYTE_MAXIMUM)
        return found

    if tuple(found) == size and window == BYTES and gathered(volumes, np.zeros(1, np.int64))[0].dtype == np.uint8:
        return volumes
    return mapped(volumes, (channels, *size), np.uint8, change)


def volumes_of(dataset: Dataset) -> Content:
    """Return the volumes.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.content is None or dataset.kind != "volume":
        raise DataError(
            f"predict expected volumes, got a {dataset.kind}: name a folder of NIfTI files, one of them, or arrays"
        )
    return dataset.content


def window_of(volumes: Content) -> tuple[float, float] | None:
    """Return the values between which intensities are scaled, as the volumes look; None: each between its own.

    Example:
        >>> window_of(np.full((2, 1, 2, 2, 2), 0.5))
        (0.0, 1.0)
        >>> window_of(np.array([-1024.0, 40.0, 1500.0]).reshape(1, 1, 3, 1, 1))
        (-1000.0, 1000.0)
    """
    lows, highs = [], []
    for _, part in chunks_of(volumes):
        if part.dtype == np.uint8:
            return BYTES
        lows.append(part.min(axis=(1, 2, 3, 4)))
        highs.append(part.max(axis=(1, 2, 3, 4)))
    low, high = np.concatenate(lows), np.concatenate(highs)
    if low.min() >= 0 and high.max() <= 1:
        return UNIT
    if np.median(low) <= AIR_BELOW and BONE_FROM <= np.median(high) <= BONE_TO:
        return HOUNSFIELD
    return None


def fit_volume(dataset: Dataset, settings: DataSettings) -> VolumeTransform:
    """Fit the transform on the training volumes, and no others.

    Raises:
        UnknownNameError: there is no such change of training examples.
    """
    volumes = volumes_of(dataset)
    channels, depth, height, width = shape_of(volumes)
    window = window_of(volumes)
    mean, std = moments(scaled(volumes, (depth, height, width), window))
    return VolumeTransform(
        channels=channels,
        size=(depth, height, width),
        window=window,
        mean=mean,
        std=std,
        spacing=dataset.spacing,
        changes=changes_of(settings.augment, USUAL, AUTO, most=1.0),
        augment=settings.augment,
    )
