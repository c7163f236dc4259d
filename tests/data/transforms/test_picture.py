"""Pictures for networks."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from pellucid.data.content import Selected
from pellucid.data.reading import read
from pellucid.data.transforms import picture
from pellucid.data.transforms.picture import PictureTransform, fit_picture
from pellucid.foundation.errors import DataError

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 255, (20, 3, 5, 4), dtype=np.uint8)


def test_mean_and_deviation_are_those_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "CHUNK_PICTURES", 7)
    transform = fit_picture(PIXELS)
    np.testing.assert_allclose(transform.mean, PIXELS.mean((0, 2, 3)) / 255)
    np.testing.assert_allclose(transform.std, PIXELS.std((0, 2, 3)) / 255)
    assert (transform.channels, transform.size) == (3, (5, 4))


def test_one_shade_has_deviation_one() -> None:
    assert fit_picture(np.full((2, 1, 2, 2), 9, np.uint8)).std == (1.0,)


def test_pictures_of_the_same_size_are_not_copied() -> None:
    done = fit_picture(PIXELS).apply(PIXELS)
    assert done.arrays[0] is PIXELS
    assert not done.decisions


def test_other_sizes_are_resized_and_said() -> None:
    done = fit_picture(PIXELS).apply(np.full((2, 1, 9, 9), 7, np.uint8))
    assert done.arrays[0].shape == (2, 3, 5, 4)
    assert (done.arrays[0] == 7).all()
    assert done.decisions[0].choice.startswith("pictures turned into 3 × 5 × 4")


def test_a_data_set_of_pictures_and_one_without() -> None:
    digits = read("digits")
    assert digits.content is not None
    transform = fit_picture(digits.content)
    assert transform.apply(digits).arrays[0] is digits.content
    with pytest.raises(DataError, match="expected pictures, got a table"):
        transform.apply(read("iris"))


def test_some_pictures_of_more_than_memory_holds_are_not_copied_but_to_resize_them() -> None:
    digits = read("digits")
    assert isinstance(digits.content, np.ndarray)
    some = replace(digits, content=Selected(digits.content, np.array([3, 5])))
    (same,) = fit_picture(digits.content).apply(some).arrays
    assert same is some.content
    (larger,) = fit_picture(np.zeros((2, 1, 9, 9), np.uint8)).apply(some).arrays
    assert isinstance(larger, np.ndarray)
    assert larger.shape == (2, 1, 9, 9)


def test_specification_and_json() -> None:
    transform = fit_picture(PIXELS)
    assert transform.spec(20).shape == (3, 5, 4)
    assert transform.spec(20).mean == transform.mean
    assert msgspec.json.decode(msgspec.json.encode(transform), type=PictureTransform) == transform
