from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.volume import (
    BYTES,
    HOUNSFIELD,
    UNIT,
    VolumeTransform,
    fit_volume,
    scaled,
    volumes_of,
    window_of,
)
from pellucid.foundation.errors import DataError

RANDOM = np.random.default_rng(0)
VOLUMES = (100 * RANDOM.normal(size=(5, 2, 4, 5, 6))).astype(np.float32)


def dataset(volumes: NDArray[Any] = VOLUMES, kind: Any = "volume", spacing: float = 2.0) -> Dataset:
    frame = pl.DataFrame({"volume": list(map(str, range(len(volumes))))})
    rows = np.arange(len(volumes))
    return Dataset(
        kind=kind, name="", frame=frame, content=volumes, subject="volume", spacing=spacing, source_rows=rows
    )


def ct(*shape: int) -> NDArray[np.float32]:
    """Return noise between air and bone."""
    return RANDOM.uniform(-1024, 1500, shape).astype(np.float32)


@pytest.mark.parametrize(
    ("volumes", "window"),
    [
        (VOLUMES, None),
        (RANDOM.integers(0, 9, (3, 1, 4, 4, 4), np.uint8), BYTES),
        (RANDOM.random((3, 1, 4, 4, 4)), UNIT),
        (ct(3, 1, 8, 8, 8), HOUNSFIELD),
        (ct(3, 1, 8, 8, 8) * 10, None),
    ],
)
def test_how_intensities_are_scaled(volumes: NDArray[Any], window: tuple[float, float] | None) -> None:
    assert window_of(volumes) == window
    transform = fit_volume(dataset(volumes), DataSettings())
    said = [decision for decision in transform.decisions if decision.topic == "intensities"]
    assert len(said) == (window in (None, HOUNSFIELD))
    assert all(("Hounsfield" in decision.choice) == (window == HOUNSFIELD) for decision in said)


def test_percentiles_of_each_volume_and_channel() -> None:
    found = np.asarray(scaled(VOLUMES, (4, 5, 6), None)).astype(float)
    low, high = np.percentile(VOLUMES, (0.5, 99.5), axis=(2, 3, 4), keepdims=True)
    np.testing.assert_allclose(found, ((VOLUMES - low) / (high - low)).clip(0, 1) * 255, atol=0.51)


def test_the_unit_of_a_volume_does_not_matter() -> None:
    np.testing.assert_array_equal(
        np.asarray(scaled(VOLUMES, (4, 5, 6), None)), np.asarray(scaled(1000 * VOLUMES, (4, 5, 6), None))
    )


def test_a_few_voxels_on_nothing_count() -> None:
    volumes = np.zeros((1, 1, 10, 10, 10), np.float32)
    volumes[0, 0, 5, 5, 5] = 3
    assert np.asarray(scaled(volumes, (10, 10, 10), None)).max() == 255
    assert np.asarray(scaled(np.zeros((1, 1, 4, 4, 4), np.float32), (4, 4, 4), None)).max() == 0


def test_a_window_is_cut() -> None:
    values = np.array([-2000.0, -1000, 0, 1000, 3000]).reshape(1, 1, 5, 1, 1)
    np.testing.assert_array_equal(np.asarray(scaled(values, (5, 1, 1), HOUNSFIELD)).ravel(), [0, 0, 128, 255, 255])


def test_bytes_stay_as_they_are() -> None:
    volumes = RANDOM.integers(0, 9, (3, 1, 4, 4, 4), np.uint8)
    assert scaled(volumes, (4, 4, 4), BYTES) is volumes
    np.testing.assert_array_equal(np.asarray(scaled(volumes, (2, 4, 4), BYTES)), volumes[:, :, 1:3])


def test_what_the_network_is_built_from() -> None:
    transform = fit_volume(dataset(), DataSettings(augment="intensity(0.3), flip"))
    array = np.asarray(transform.apply(dataset()).arrays[0])
    assert (transform.spec(5).kind, transform.spec(5).shape) == ("volume", (2, 4, 5, 6))
    np.testing.assert_allclose(transform.mean, array.mean(axis=(0, 2, 3, 4)) / 255, rtol=1e-12)
    assert transform.reading == {"spacing": 2.0}
    assert fit_volume(dataset(spacing=0.0), DataSettings()).reading == {}
    assert [(change.name, change.amount) for change in transform.finish().changes] == [
        ("brightness", 0.3),
        ("flip", 0.5),
    ]
    assert transform.finish().frames == 0


def test_it_goes_to_json_and_back() -> None:
    transform = fit_volume(dataset(ct(3, 1, 8, 8, 8)), DataSettings())
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(transform)), VolumeTransform) == transform


def test_volumes_of_another_shape_are_centred() -> None:
    transform = fit_volume(dataset(), DataSettings())
    inputs = transform.apply(dataset(np.pad(VOLUMES, ((0, 0), (0, 0), (1, 1), (0, 0), (0, 0)), constant_values=9e9)))
    np.testing.assert_array_equal(np.asarray(inputs.arrays[0]), np.asarray(transform.apply(dataset()).arrays[0]))
    assert inputs.decisions[0].reason.endswith("these are 6 × 5 × 6")
    assert transform.apply(dataset()).decisions == ()


def test_other_data_are_refused() -> None:
    transform = fit_volume(dataset(), DataSettings())
    with pytest.raises(DataError, match="expected volumes of 2 channels, got 1"):
        transform.apply(dataset(VOLUMES[:, :1]))
    with pytest.raises(DataError, match="expected volumes, got a picture: name a folder of NIfTI files"):
        volumes_of(dataset(kind="picture"))
