"""Clips for networks: one size, one number of channels, some of the frames, mean and deviation to normalise by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.clips import MOST_FRAMES
from pellucid.data.content import Content
from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.stacks import in_channels, mapped, moments, resized, shape_of
from pellucid.data.transforms.changes import Change, changes_of, said_changes
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.stack import StackFinish

USUAL: Final = {"shift": 1 / 16, "brightness": 0.1, "noise": 0.05, "flip": 0.5}
AUTO: Final = ("shift", "brightness")
MEANINGS: Final = {
    "shift": "frames shifted by up to {:.0%} of their sides, all of a clip alike",
    "brightness": "contrast and brightness changed by up to {:.2g} deviations",
    "noise": "noise of {:.2g} deviations",
    "flip": "left and right exchanged with probability {:.2g}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTransform:
    """How clips become arrays. Everything in it is plain data."""

    channels: int
    frames: int
    """That the network sees of each clip."""
    kept: int
    """Frames of each training clip from which they are picked."""
    size: tuple[int, int]
    """Height and width in pixels."""
    mean: tuple[float, ...]
    """Per channel, of the training clips scaled to 0 … 1."""
    std: tuple[float, ...]
    """Per channel likewise; 1 where there is one shade only."""
    rate: int = 0
    """Frames per second of the files; 0 where that is not known."""
    changes: tuple[Change, ...] = ()
    """Of training clips."""
    augment: str | None = None
    """The wish that they follow."""

    @property
    def reading(self) -> Mapping[str, Any]:
        """The settings with which new clips are to be read, so that they are decoded as the training clips were."""
        return {"frames": self.frames, "size": self.size}

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        shape = (self.channels, self.frames, *self.size)
        return InputSpec(kind="video", examples=examples, shape=shape, mean=self.mean, std=self.std, rate=self.rate)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting."""
        reason = "they change no meaning; flips are left out, for left and right may tell classes apart"
        said = (said_changes(self.changes, MEANINGS, self.augment, reason),)
        if self.kept == self.frames:
            return said
        picked = Decision(
            topic="frames",
            choice=f"the network sees {self.frames} of the {self.kept} frames that are kept of each clip"
            if self.kept > self.frames
            else f"the network sees {self.frames} frames of each clip, which has {self.kept}: some are repeated",
            reason="neighbours are much alike; in training they begin at a random place, otherwise in the middle"
            if self.kept > self.frames
            else "you asked for it",
            overrule="--frames N",
        )
        return (picked, *said)

    def finish(self) -> StackFinish:
        """Return what picks frames, varies and normalises a batch."""
        from pellucid.data.finishing.stack import StackFinish

        return StackFinish(mean=self.mean, std=self.std, frames=self.frames, changes=self.changes)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return clips (n, c, z, h, w) of uint8, of any number of frames, in the size and channels of the training.

        Raises:
            DataError: the data set holds no clips.
        """
        clips = clips_of(dataset)
        found, wanted = shape_of(clips), (self.channels, *self.size)
        if (found[0], *found[2:]) == wanted:
            return Inputs(arrays=(clips,), problems=dataset.problems)

        def change(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
            return in_channels(resized(part, *self.size), self.channels)

        said = Decision(
            topic="frame size",
            choice=f"frames turned into {' × '.join(map(str, wanted))} (channels × height × width)",
            reason=f"the network was trained on such, and these are {found[0]} × {found[2]} × {found[3]}",
        )
        arrays = (mapped(clips, (self.channels, found[1], *self.size), np.uint8, change),)
        return Inputs(arrays=arrays, problems=dataset.problems, decisions=(said,))


def clips_of(dataset: Dataset) -> Content:
    """Return the clips.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.content is None or dataset.kind != "video":
        raise DataError(
            f"predict expected video clips, got a {dataset.kind}: name a folder of clips, a clip, or arrays of clips"
        )
    return dataset.content


def fit_video(dataset: Dataset, settings: DataSettings) -> VideoTransform:
    """Fit the transform on the training clips, and no others.

    Raises:
        UnknownNameError: there is no such change of training examples.
    """
    clips = clips_of(dataset)
    channels, kept, height, width = shape_of(clips)
    mean, std = moments(clips)
    return VideoTransform(
        channels=channels,
        frames=settings.frames or min(kept, MOST_FRAMES),
        kept=kept,
        size=(height, width),
        mean=mean,
        std=std,
        rate=dataset.rate,
        changes=changes_of(settings.augment, USUAL, AUTO, most=1.0),
        augment=settings.augment,
    )
