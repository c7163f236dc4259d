from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data import stacks
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.volume import VOLUMES, features, fit, show, summary, vary, volume_features
from pellucid.data.settings import DataSettings

VOXELS = np.random.default_rng(0).normal(size=(6, 1, 6, 8, 10)).astype(np.float32)
FITTING = Fitting(settings=DataSettings())


def dataset(spacing: float = 0.0, channels: int = 1) -> Dataset:
    frame = pl.DataFrame({"volume": list("abcdef")})
    content = VOXELS.repeat(channels, axis=1)
    return Dataset(
        kind="volume",
        name="",
        frame=frame,
        content=content,
        subject="volume",
        spacing=spacing,
        source_rows=np.arange(6),
    )


def test_names_and_sizes() -> None:
    assert (VOLUMES.noun, VOLUMES.nouns) == ("volume", "volumes")
    assert summary(dataset()) == "1 × 6 × 8 × 10 (channels × depth × height × width)"
    assert summary(dataset(spacing=2.5)).endswith(", voxels of 2.5 mm")


def test_features_are_means_of_blocks() -> None:
    volumes = np.random.default_rng(0).integers(0, 256, (2, 1, 12, 12, 12), np.uint8)
    expected = volumes.reshape(2, 6, 2, 6, 2, 6, 2).mean(axis=(2, 4, 6)).reshape(2, -1) / 255
    np.testing.assert_allclose(volume_features(volumes), expected, rtol=1e-5)
    assert volume_features(volumes.repeat(8, axis=1)).shape == (2, 8 * 27)


@pytest.mark.parametrize(("channels", "blocks"), [(2, 128), (3, 192), (4, 108), (300, 300)])
def test_channels_share_the_blocks(channels: int, blocks: int) -> None:
    """c s³ with the greatest side s that keeps it at 216 or below, or 1."""
    assert volume_features(np.zeros((1, channels, 8, 8, 8), np.uint8)).shape == (1, blocks)


def test_features_of_both_parts_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dataset()
    whole = features(data, data.take(np.array([0, 1])), FITTING)
    monkeypatch.setattr(stacks, "CHUNK_BYTES", 2 * VOXELS[0].nbytes)
    seen, judged = features(data, data.take(np.array([0, 1])), FITTING)
    np.testing.assert_array_equal(seen.raw, whole[0].raw)
    np.testing.assert_allclose(seen.scaled.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_array_equal(judged.scaled, seen.scaled[:2])


@pytest.mark.parametrize(("channels", "shown"), [(1, 1), (3, 3), (2, 1)])
def test_three_slices_with_z_upward(channels: int, shown: int) -> None:
    """From above (h, w), from the front (z, w), from the side (z, h), in the middle of the row of eight pixels."""
    row = show(dataset(channels=channels), 1)
    assert row.shape == (shown, 8, 10 + 2 + 10 + 2 + 8)
    volume = VOXELS[1, 0]
    pairs = ((row[0, :, :10], volume[3]), (row[0, 1:7, 12:22], volume[::-1, 4]), (row[0, 1:7, 24:], volume[::-1, :, 5]))
    for shades, voxels in pairs:
        low, high = np.percentile(volume, (0.5, 99.5))
        np.testing.assert_allclose(shades, ((voxels - low) / (high - low)).clip(0, 1) * 255, atol=0.51)
    assert (row[0, 0, 12:] == 255).all()


def test_varied_slices_only_where_they_are_varied() -> None:
    varied = vary(dataset(), fit(dataset(), FITTING), 0)
    assert varied is not None
    assert varied.shape == (4, 7, 1, 8, 10)
    plain = fit(dataset(), Fitting(settings=DataSettings(augment="none")))
    assert vary(dataset(), plain, 0) is None
