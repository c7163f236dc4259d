"""Geometry of pictures: expected pixels are NumPy's (flip, rot90, roll), moments those of uniform distributions."""

import math

import numpy as np
import pytest
import torch

from pellucid.data.finishing.augmentation.geometry import (
    crops,
    flips,
    rotated,
    rotations,
    shears,
    shifted,
    shifts,
    warped,
    zooms,
)

SIZE = (6, 6)
PICTURES = torch.from_numpy(np.random.default_rng(0).integers(1, 255, (3, 2, *SIZE)).astype(np.float32))
BLACK = torch.zeros(2)
COUNT = 4000


def drawing() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def close(found: torch.Tensor, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found.numpy(), expected, atol=0.02)  # of 255 shades: places are rounded


def test_the_identity_gives_the_same_pictures() -> None:
    same = [rotated(torch.zeros(3)), shifted(torch.zeros(3), torch.zeros(3)), zooms(0.0, 3, SIZE, drawing())]
    close(warped(PICTURES, same, BLACK), PICTURES.numpy())


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_those_of_numpy(quarters: int) -> None:
    close(
        warped(PICTURES, [rotated(torch.full((3,), 90.0 * quarters))], BLACK),
        np.rot90(PICTURES.numpy(), quarters, axes=(2, 3)),
    )


@pytest.mark.parametrize("down", [2, -1])
@pytest.mark.parametrize("right", [3, -2])
def test_shifts_by_whole_pixels_are_rolls_with_background_coming_in(down: int, right: int) -> None:
    expected = np.roll(PICTURES.numpy(), (down, right), axis=(2, 3))
    rows = slice(0, down) if down > 0 else slice(down, None)
    columns = slice(0, right) if right > 0 else slice(right, None)
    for channel, shade in enumerate((7.0, 9.0)):
        expected[:, channel, rows] = shade
        expected[:, channel, :, columns] = shade
    moved = warped(PICTURES, [shifted(torch.full((3,), down), torch.full((3,), right))], torch.tensor([7.0, 9.0]))
    close(moved, expected)


def test_pictures_that_are_not_square_turn_without_being_squeezed() -> None:
    wide = torch.zeros(1, 1, 5, 9)
    wide[0, 0, 2, 2:7] = 100  # five pixels across the middle
    upright = warped(wide, [rotated(torch.tensor([90.0]))], torch.zeros(1))
    expected = np.zeros((1, 1, 5, 9), np.float32)
    expected[0, 0, :, 4] = 100
    close(upright, expected)


def test_matrices_are_made_one_after_the_other() -> None:
    turn, move = rotated(torch.full((3,), 90.0)), shifted(torch.full((3,), 1), torch.full((3,), 2))
    close(warped(warped(PICTURES, [turn], BLACK), [move], BLACK), warped(PICTURES, [move, turn], BLACK).numpy())


def test_a_zoom_enlarges_about_the_middle() -> None:
    double = torch.eye(3).repeat(1, 1, 1)
    double[0, 0, 0] = double[0, 1, 1] = 0.5  # places lie half as far from the middle
    ramp = torch.arange(8.0).expand(1, 1, 8, 8)
    close(warped(ramp, [double], torch.zeros(1))[0, 0, 4], 3.5 + (np.arange(8) - 3.5) / 2)


def test_drawn_numbers_fill_their_range_evenly() -> None:
    angles = torch.atan2(rotations(30, COUNT, SIZE, drawing())[:, 1, 0], rotations(30, COUNT, SIZE, drawing())[:, 0, 0])
    shear = shears(10, COUNT, SIZE, drawing())[:, 0, 1].atan()
    for found, width in ((angles, 30), (shear, 10)):
        degrees = found * 180 / math.pi
        assert degrees.abs().max() <= width + 1e-4
        assert degrees.std() == pytest.approx(width / math.sqrt(3), rel=0.05)  # of a uniform distribution
    right, down = shifts(0.1, COUNT, (10, 400), drawing())[:, :2, 2].T
    assert right.abs().max() == 40
    assert down.abs().max() == 1
    assert right.std() == pytest.approx(40 / math.sqrt(3), rel=0.05)
    assert not (right % 1).any()
    factors = zooms(1.0, COUNT, SIZE, drawing())[:, 0, 0]
    assert 0.5 <= factors.min() < 0.51 < 1.98 < factors.max() <= 2
    assert factors.log().mean().abs() < 0.02


def test_cut_outs_stay_inside_and_have_their_share_of_the_area() -> None:
    height, width = size = (20, 30)
    matrices = crops(0.5, COUNT, size, drawing())
    corners = torch.tensor([[-width / 2, -height / 2, 1], [width / 2, height / 2, 1]])
    places = matrices @ corners.T  # (n, 3, 2)
    assert places[:, 0].abs().max() <= width / 2 + 1e-3
    assert places[:, 1].abs().max() <= height / 2 + 1e-3
    area = matrices[:, 0, 0] * matrices[:, 1, 1]
    assert 0.5 - 1e-6 <= area.min() < 0.51  # where a side would be longer than the picture's, the other one grows
    assert area.max() <= 1 + 1e-6


def test_flips_happen_in_their_share() -> None:
    assert flips(0.3, COUNT, drawing()).float().mean() == pytest.approx(0.3, abs=0.03)
    assert not flips(0.0, COUNT, drawing()).any()
    assert flips(1.0, COUNT, drawing()).all()
