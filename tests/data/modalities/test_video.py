from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data import stacks
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.video import VIDEOS, clip_features, features, fit, show, summary, vary
from pellucid.data.settings import DataSettings

CLIPS = np.random.default_rng(0).integers(0, 256, (6, 1, 8, 10, 12), np.uint8)
FITTING = Fitting(settings=DataSettings())


def dataset(rate: int = 0, channels: int = 1) -> Dataset:
    frame = pl.DataFrame({"clip": list("abcdef")})
    content = CLIPS.repeat(channels, axis=1)
    return Dataset(
        kind="video", name="", frame=frame, content=content, subject="clip", rate=rate, source_rows=np.arange(6)
    )


def test_names_and_sizes() -> None:
    assert (VIDEOS.noun, VIDEOS.nouns) == ("clip", "clips")
    assert summary(dataset()) == "1 × 8 × 10 × 12 (channels × frames × height × width), 0 … 255"
    assert summary(dataset(rate=25)).endswith(", 25 frames per second")


def test_features_are_shades_and_their_differences() -> None:
    """By hand: blocks of 2 x 2 of an 10 x 10 frame have one shade each."""
    clip = np.zeros((1, 1, 4, 10, 10), np.uint8)
    clip[0, 0, 2, :2, :2] = 255
    found = clip_features(clip).reshape(7, 5, 5)
    expected = np.zeros((7, 5, 5))
    expected[2, 0, 0], expected[4 + 1, 0, 0], expected[4 + 2, 0, 0] = 1, 1, -1
    np.testing.assert_allclose(found, expected)


def test_features_of_both_parts_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dataset()
    whole = features(data, data.take(np.array([0, 1])), FITTING)
    monkeypatch.setattr(stacks, "CHUNK_BYTES", 2 * CLIPS[0].nbytes)
    seen, judged = features(data, data.take(np.array([0, 1])), FITTING)
    np.testing.assert_array_equal(seen.raw, whole[0].raw)
    np.testing.assert_allclose(seen.scaled.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(seen.scaled.std(axis=0), 1, atol=1e-4)
    np.testing.assert_array_equal(judged.scaled, seen.scaled[:2])
    assert not seen.categorical.any()


@pytest.mark.parametrize(("channels", "shown"), [(1, 1), (3, 3), (2, 1)])
def test_a_strip_of_five_frames(channels: int, shown: int) -> None:
    strip = show(dataset(channels=channels), 2)
    assert strip.shape == (shown, 10, 5 * 12 + 4 * 2)
    np.testing.assert_array_equal(strip[0, :, :12], CLIPS[2, 0, 0])
    np.testing.assert_array_equal(strip[0, :, -12:], CLIPS[2, 0, 7])


def test_varied_frames_only_where_they_are_varied() -> None:
    varied = vary(dataset(), fit(dataset(), FITTING), 0)
    assert varied is not None
    assert varied.shape == (4, 7, 1, 10, 12)
    plain = fit(dataset(), Fitting(settings=DataSettings(augment="none")))
    assert vary(dataset(), plain, 0) is None
