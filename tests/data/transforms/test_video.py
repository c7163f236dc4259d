from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.finishing.stack import StackFinish
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.video import VideoTransform, clips_of, fit_video
from pellucid.foundation.errors import DataError

CLIPS = np.random.default_rng(0).integers(0, 256, (6, 3, 8, 10, 12), np.uint8)


def dataset(clips: NDArray[Any] = CLIPS, kind: Any = "video") -> Dataset:
    frame = pl.DataFrame({"clip": list(map(str, range(len(clips))))})
    return Dataset(
        kind=kind, name="", frame=frame, content=clips, subject="clip", rate=25, source_rows=np.arange(len(clips))
    )


def test_what_the_network_is_built_from() -> None:
    transform = fit_video(dataset(), DataSettings(frames=4))
    spec = transform.spec(6)
    assert (spec.kind, spec.shape, spec.rate) == ("video", (3, 4, 10, 12), 25)
    np.testing.assert_allclose(spec.mean, CLIPS.mean(axis=(0, 2, 3, 4)) / 255, rtol=1e-12)
    assert transform.reading == {"frames": 4, "size": (10, 12)}
    finish = transform.finish()
    assert isinstance(finish, StackFinish)
    assert finish.frames == 4


def test_it_goes_to_json_and_back() -> None:
    transform = fit_video(dataset(), DataSettings(augment="shift, flip(0.3)"))
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(transform)), VideoTransform) == transform


@pytest.mark.parametrize(
    ("settings", "choices"),
    [
        (DataSettings(), []),
        (DataSettings(frames=4), ["the network sees 4 of the 8 frames that are kept of each clip"]),
        (DataSettings(frames=9), ["the network sees 9 frames of each clip, which has 8: some are repeated"]),
    ],
)
def test_what_is_said_of_frames(settings: DataSettings, choices: list[str]) -> None:
    decisions = fit_video(dataset(), settings).decisions
    assert [decision.choice for decision in decisions if decision.topic == "frames"] == choices
    assert decisions[-1].topic == "augmentation"


def test_many_frames_are_thinned_out() -> None:
    assert fit_video(dataset(np.zeros((2, 1, 40, 4, 4), np.uint8)), DataSettings()).frames == 16


def test_clips_alike_are_not_copied() -> None:
    data = dataset()
    assert fit_video(data, DataSettings()).apply(data).arrays[0] is CLIPS


def test_clips_of_another_size_are_brought_to_it() -> None:
    transform = fit_video(dataset(), DataSettings())
    inputs = transform.apply(dataset(np.full((2, 1, 5, 20, 24), 77, np.uint8)))
    array = np.asarray(inputs.arrays[0])
    assert array.shape == (2, 3, 5, 10, 12)
    assert (array == 77).all()
    assert inputs.decisions[0].reason.endswith("these are 1 × 20 × 24")


def test_other_data_are_refused() -> None:
    with pytest.raises(DataError, match="expected video clips, got a picture: name a folder of clips"):
        clips_of(dataset(kind="picture"))
