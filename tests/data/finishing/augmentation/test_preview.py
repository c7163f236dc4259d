"""The grid of varied pictures."""

import numpy as np

from pellucid.data.finishing.augmentation.catalogue import read_changes
from pellucid.data.finishing.augmentation.preview import preview
from pellucid.data.finishing.picture import PictureFinish

PIXELS = np.random.default_rng(0).integers(0, 255, (3, 1, 8, 8), dtype=np.uint8)


def finish(wish: str) -> PictureFinish:
    return PictureFinish(mean=(0.3,), std=(0.2,), changes=read_changes(wish), fill=(0.0,))


def test_each_row_begins_with_the_picture_itself() -> None:
    grid = preview(PIXELS, finish("flip(1)"), 0)
    np.testing.assert_array_equal(grid[:, 0], PIXELS)
    np.testing.assert_array_equal(grid[:, 1:], np.repeat(np.flip(PIXELS, 3)[:, None], 6, axis=1))


def test_mixed_pictures_are_shown_mixed() -> None:
    grid = preview(PIXELS, finish("cutmix"), 0)
    assert (grid[:, 1:] != PIXELS[:, None]).any()
    assert np.isin(grid[:, 1:], PIXELS).all()
