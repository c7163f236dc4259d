"""Erasing: the shares of pictures and of areas are those that Zhong et al. draw."""

import pytest
import torch

from pellucid.data.finishing.augmentation.erasing import rectangles

COUNT = 2000
SIZE = (30, 40)


def drawn(amount: float) -> torch.Tensor:
    return rectangles(amount, COUNT, SIZE, torch.Generator().manual_seed(0))


def test_the_share_of_the_pictures() -> None:
    assert drawn(0.25).flatten(1).any(1).float().mean() == pytest.approx(0.25, abs=0.03)
    assert not drawn(0.0).any()


def test_what_is_erased_is_a_rectangle_inside_the_picture_of_2_to_33_per_cent() -> None:
    masks = drawn(1.0)
    rows, columns = masks.any(2), masks.any(1)
    assert torch.equal(masks, rows[:, :, None] & columns[:, None, :])
    for sides in (rows, columns):
        places = sides.int()
        assert (places.diff(dim=1, prepend=torch.zeros(COUNT, 1, dtype=torch.int32)) == 1).sum(1).eq(1).all()
    area = masks.flatten(1).float().mean(1)
    assert area.min() > 0.01  # whole pixels round 2 % down a little
    assert area.max() < 0.36
    assert area.median() == pytest.approx(0.17, abs=0.02)


def test_every_pixel_can_be_erased() -> None:
    assert drawn(1.0).any(0).all()
