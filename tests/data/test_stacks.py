from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pellucid.data import stacks
from pellucid.data.content import Selected
from pellucid.data.stacks import (
    chunks_of,
    coarse,
    evenly,
    in_channels,
    mapped,
    moments,
    resized,
    shape_of,
    shown_channels,
    side_by_side,
)

RANDOM = np.random.default_rng(0)
CLIPS = RANDOM.integers(0, 256, (5, 3, 4, 6, 8), np.uint8)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clips are a chunk."""
    monkeypatch.setattr(stacks, "CHUNK_BYTES", 2 * CLIPS[0].nbytes)


@pytest.mark.usefixtures("small_chunks")
def test_chunks_are_all_rows_in_order() -> None:
    selected = Selected(CLIPS, np.array([4, 0, 2]))
    assert [start for start, _ in chunks_of(selected)] == [0, 2]
    np.testing.assert_array_equal(np.concatenate([part for _, part in chunks_of(selected)]), CLIPS[[4, 0, 2]])
    assert shape_of(selected) == (3, 4, 6, 8)


@pytest.mark.usefixtures("small_chunks")
def test_moments_are_those_of_numpy() -> None:
    mean, std = moments(CLIPS)
    np.testing.assert_allclose(mean, CLIPS.mean(axis=(0, 2, 3, 4)) / 255, rtol=1e-12)
    np.testing.assert_allclose(std, CLIPS.std(axis=(0, 2, 3, 4)) / 255, rtol=1e-9)


@pytest.mark.usefixtures("small_chunks")
def test_mapping_goes_over_every_part() -> None:
    found = mapped(CLIPS, (3, 4, 6, 8), np.int64, lambda part: part.astype(np.int64) + 1)
    np.testing.assert_array_equal(found, CLIPS.astype(np.int64) + 1)


def test_channels_are_turned_as_pillow_does() -> None:
    grey = in_channels(CLIPS, 1)
    frame = Image.fromarray(np.moveaxis(CLIPS[1, :, 2], 0, -1))
    assert np.abs(grey[1, 0, 2].astype(int) - np.asarray(frame.convert("L"))).max() <= 1  # Pillow rounds down
    np.testing.assert_array_equal(in_channels(grey, 3)[:, 2], grey[:, 0])
    assert in_channels(CLIPS, 3) is CLIPS
    np.testing.assert_array_equal(in_channels(CLIPS.repeat(2, axis=1), 4), CLIPS.repeat(2, axis=1)[:, :4])


def test_frames_are_resized_as_pillow_does() -> None:
    small = resized(CLIPS, 3, 4)
    expected = np.asarray(Image.fromarray(CLIPS[2, 1, 3]).resize((4, 3), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(small[2, 1, 3], expected)
    assert resized(CLIPS, 6, 8) is CLIPS


@pytest.mark.parametrize("length", [1, 5, 16, 100])
def test_positions_are_spread_and_within(length: int) -> None:
    places = evenly(7, length)
    assert len(places) == 7
    assert places[0] + places[-1] == length - 1  # as far from the beginning as from the end
    assert (np.diff(places) >= 0).all()


def test_blocks_are_averaged() -> None:
    values = RANDOM.normal(size=(2, 6, 9)).astype(np.float32)
    expected = values.reshape(2, 2, 3, 3, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(coarse(values, (2, 3)), expected, rtol=1e-5)
    np.testing.assert_array_equal(coarse(values, (6, 9)), values)


def test_pictures_stand_side_by_side_on_white() -> None:
    row = side_by_side([np.zeros((1, 4, 2), np.uint8), np.zeros((1, 2, 3), np.uint8)])
    assert row.shape == (1, 4, 2 + 2 + 3)
    expected = np.full((4, 7), 255)
    expected[:, :2] = 0
    expected[1:3, 4:] = 0
    np.testing.assert_array_equal(row[0], expected)


@pytest.mark.parametrize(("channels", "shown"), [(1, 1), (2, 1), (3, 3), (4, 3)])
def test_channels_that_can_be_shown(channels: int, shown: int) -> None:
    assert len(shown_channels(np.zeros((channels, 2, 2), np.uint8))) == shown
