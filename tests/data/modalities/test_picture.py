import numpy as np
import pytest

from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.picture import PICTURES, picture_features
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError


@pytest.mark.parametrize(
    ("shape", "values"), [((3, 1, 28, 28), 196), ((3, 3, 32, 32), 192), ((3, 1, 8, 8), 64), ((2, 1, 40, 5), 70)]
)
def test_pictures_become_at_most_200_values(shape: tuple[int, ...], values: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    made_of = picture_features(pixels)
    assert made_of.raw.shape == (shape[0], values)
    assert not made_of.categorical.any()
    assert np.abs(made_of.scaled).max() <= 0.5


def test_pixels_are_averaged_over_squares() -> None:
    pixels = np.zeros((1, 1, 28, 28), dtype=np.uint8)
    pixels[0, 0, :2, :2] = [[0, 100], [100, 200]]
    assert picture_features(pixels).raw[0, 0] == 100.0
    np.testing.assert_array_equal(picture_features(np.full((2, 3, 33, 31), 7, dtype=np.uint8)).raw, 7.0)


def test_features_of_many_pictures_are_those_of_each() -> None:
    digits = read("digits")
    rows = np.arange(10)
    fitting = Fitting(settings=DataSettings())
    seen, judged = PICTURES.features(digits, digits.take(rows), fitting)
    np.testing.assert_array_equal(seen.raw[:10], judged.raw)
    np.testing.assert_array_equal(seen.raw[3], digits.content[3].ravel())  # 8 x 8 is small enough to stay


def test_a_picture_is_shown_as_it_is() -> None:
    digits = read("digits")
    np.testing.assert_array_equal(PICTURES.show(digits, 7), digits.content[7])
    assert PICTURES.summary(digits) == "1 × 8 × 8 (channels × height × width), 0 … 255"


def test_a_table_holds_no_pictures() -> None:
    with pytest.raises(DataError, match="expected pictures, got a table"):
        PICTURES.show(read("iris"), 0)
