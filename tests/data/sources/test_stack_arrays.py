from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.arrays import read_arrays
from pellucid.data.sources.stack_arrays import are_stacks, read_stacks
from pellucid.foundation.errors import DataError, ShapeError
from pellucid.foundation.records import Column

RANDOM = np.random.default_rng(0)
NONE = pl.DataFrame()


@pytest.mark.parametrize(
    ("shape", "kind", "expected"),
    [
        ((5, 10, 32, 32), None, True),
        ((5, 1, 10, 32, 32), None, True),
        ((5, 3, 32, 32), None, False),
        ((5, 32, 32, 3), None, False),
        ((5, 32, 32), None, False),
        ((5, 3, 32, 32), "video", True),
        ((5, 10, 32, 32), "picture", False),
    ],
)
def test_which_arrays_are_stacks(shape: tuple[int, ...], kind: str | None, expected: bool) -> None:
    assert are_stacks(np.zeros(shape, np.uint8), DataSettings(kind=kind)) == expected


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        ((5, 10, 32, 32), (5, 1, 10, 32, 32)),
        ((5, 3, 10, 32, 32), (5, 3, 10, 32, 32)),
        ((5, 10, 3, 32, 32), (5, 3, 10, 32, 32)),
        ((5, 10, 32, 32, 3), (5, 3, 10, 32, 32)),
    ],
)
def test_where_the_channels_are(shape: tuple[int, ...], content: tuple[int, ...]) -> None:
    data = read_arrays((np.zeros(shape, np.uint8), np.arange(5)), DataSettings(), ())
    assert data.kind == "video"
    assert data.target == ("target",)
    assert np.asarray(data.content).shape == content
    assert data.decisions[-1].overrule == "--kind volume"


def test_channels_that_could_be_in_two_places_are_a_warning() -> None:
    said = read_stacks(np.zeros((5, 3, 16, 16, 3)), NONE, DataSettings(kind="volume"), ()).decisions[0]
    assert said.warning
    assert said.choice == "(5, 3, 16, 16, 3) read as (n, c, z, h, w)"


@pytest.mark.parametrize("shape", [(5, 9, 9, 9, 9), (5, 9, 9), (5, 1, 1, 9, 9, 9)])
def test_no_axis_of_channels(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"with up to 4 channels c, got \(5, "):
        read_stacks(np.zeros(shape), NONE, DataSettings(kind="video"), ())


@pytest.mark.parametrize(
    ("shape", "name", "settings", "known", "expected"),
    [
        ((5, 10, 32, 32), "x", DataSettings(), "", "video"),
        ((5, 16, 32, 32), "x", DataSettings(), "", "volume"),
        ((5, 2, 10, 32, 32), "x", DataSettings(), "", "volume"),
        ((5, 10, 32, 32), "voxels", DataSettings(), "", "volume"),
        ((5, 32, 32, 32), "train_clips", DataSettings(), "", "video"),
        ((5, 32, 32, 32), "train_clips", DataSettings(kind="volume"), "", "volume"),
        ((5, 32, 32, 32), "x", DataSettings(), "clip", "video"),
    ],
)
def test_clips_or_volumes(shape: tuple[int, ...], name: str, settings: DataSettings, known: str, expected: str) -> None:
    fields: dict[str, Any] = {"kind": "identifier", "role": "feature", "missing": 0, "distinct": 5, "summary": ""}
    columns = [Column(name=known, **fields)] if known else []
    assert read_stacks(np.zeros(shape, np.uint8), NONE, settings, columns, name).kind == expected


def test_large_clips_are_resized() -> None:
    data = read_stacks(np.zeros((2, 4, 128, 256), np.float32), NONE, DataSettings(), ())
    assert np.asarray(data.content).shape == (2, 1, 4, 32, 64)
    assert np.asarray(data.content).dtype == np.uint8
    assert data.decisions[-1].topic == "frame size"


def test_volumes_keep_their_values_or_become_coarser() -> None:
    values = RANDOM.normal(size=(2, 8, 8, 8))
    data = read_stacks(values, NONE, DataSettings(), ())
    np.testing.assert_array_equal(np.asarray(data.content)[:, 0], values.astype(np.float32))
    assert data.spacing == 1.0
    half = read_stacks(values, NONE, DataSettings(spacing=2.0), ())
    assert np.asarray(half.content).shape == (2, 1, 4, 4, 4)
    assert half.decisions[-1].reason == "you asked for it"
    sized = read_stacks(values, NONE, DataSettings(size=4), ())
    np.testing.assert_array_equal(np.asarray(sized.content), np.asarray(half.content))
    large = read_stacks(np.zeros((1, 128, 4, 4), np.uint8), NONE, DataSettings(kind="volume"), ())
    assert np.asarray(large.content).shape == (1, 1, 64, 2, 2)
    assert large.spacing == 2.0
    whole = read_stacks(np.zeros((1, 8, 8, 8), np.uint8), NONE, DataSettings(), ())
    assert np.asarray(whole.content).dtype == np.uint8


def test_voxels_that_are_no_numbers() -> None:
    values = np.zeros((3, 8, 8, 8))
    values[1, 0, 0, 0] = np.nan
    with pytest.raises(DataError, match="got NaN or infinity in volume 1: mend or drop"):
        read_stacks(values, NONE, DataSettings(), ())
