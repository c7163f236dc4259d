from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.alike import joined_stacks, settings_like
from pellucid.data.content import Selected
from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError

RANDOM = np.random.default_rng(0)


def dataset(kind: Any, **fields: Any) -> Dataset:
    return Dataset(kind=kind, name="", frame=pl.DataFrame(), source_rows=np.arange(0), **fields)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (dataset("sound", rate=8000), DataSettings(rate=8000)),
        (dataset("volume", spacing=2.0), DataSettings(spacing=2.0, kind="volume")),
        (dataset("volume"), DataSettings(kind="volume")),
        (dataset("video", content=np.zeros((1, 1, 3, 8, 9), np.uint8)), DataSettings(size=(8, 9), kind="video")),
        (dataset("video"), DataSettings()),
        (dataset("table"), DataSettings()),
    ],
)
def test_settings(read: Dataset, expected: DataSettings) -> None:
    assert settings_like(read, DataSettings()) == expected


def test_clips_get_frames_size_and_channels_of_the_first() -> None:
    train = RANDOM.integers(0, 256, (3, 3, 3, 4, 4), np.uint8)
    test = RANDOM.integers(0, 256, (2, 1, 9, 4, 4), np.uint8)
    found = np.asarray(joined_stacks(train, Selected(test, np.array([1])), "video"))
    np.testing.assert_array_equal(found[:3], train)
    np.testing.assert_array_equal(found[3:, 1], test[[1], 0][:, [1, 4, 7]])


def test_volumes_are_centred() -> None:
    train = RANDOM.normal(size=(3, 1, 3, 5, 5)).astype(np.float32)
    test = RANDOM.normal(size=(2, 1, 5, 5, 5)).astype(np.float32)
    found = np.asarray(joined_stacks(train, test, "volume"))
    np.testing.assert_array_equal(found, np.concatenate([train, test[:, :, 1:4]]))
    with pytest.raises(DataError, match=r"shape of the first, \(1, 3, 5, 5\), got \(2, 5, 5, 5\)"):
        joined_stacks(train, test.repeat(2, axis=1), "volume")
