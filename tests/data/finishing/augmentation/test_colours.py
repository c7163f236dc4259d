"""Changes of colour: expected shades are counted by hand, hues compared with the standard library's colorsys."""

import colorsys

import pytest
import torch

from pellucid.data.finishing.augmentation.colours import (
    brightness,
    colour,
    coloured,
    contrast,
    hue,
    joined,
    saturation,
)

COUNT = 3000
PICTURES = torch.tensor([200.0, 100.0, 60.0]).view(1, 3, 1, 1).repeat(COUNT, 1, 2, 2)


def drawing() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("change", [brightness, contrast, saturation, hue, colour])
@pytest.mark.parametrize("channels", [1, 3])
def test_nothing_changes_at_amount_0(change, channels: int) -> None:
    pictures = torch.rand(4, channels, 3, 3, generator=drawing()) * 255
    torch.testing.assert_close(coloured(pictures, [change(0.0, pictures, drawing())]), pictures, atol=1e-3, rtol=0)


def test_brightness_multiplies_evenly() -> None:
    factors = coloured(PICTURES, [brightness(0.2, PICTURES, drawing())])[:, 1, 0, 0] / 100
    assert 0.8 <= factors.min() < 0.81
    assert 1.19 < factors.max() <= 1.2
    assert factors.mean() == pytest.approx(1, abs=0.01)


def test_contrast_keeps_the_mean_and_spreads_about_it() -> None:
    changed = coloured(PICTURES, [contrast(0.2, PICTURES, drawing())])
    torch.testing.assert_close(changed.mean(dim=(1, 2, 3)), torch.full((COUNT,), 120.0), atol=1e-2, rtol=0)
    spread = (changed[:, 0, 0, 0] - 120) / 80
    assert spread.min() >= 0.799
    assert spread.max() <= 1.201


def test_saturation_keeps_the_lightness_and_grey_pictures() -> None:
    changed = coloured(PICTURES, [saturation(0.5, PICTURES, drawing())])
    lightness = (changed[:, :, 0, 0] * torch.tensor([0.299, 0.587, 0.114])).sum(1)
    torch.testing.assert_close(lightness, torch.full((COUNT,), 0.299 * 200 + 58.7 + 0.114 * 60), atol=1e-2, rtol=0)
    grey = torch.full((5, 3, 2, 2), 90.0)
    torch.testing.assert_close(coloured(grey, [saturation(0.5, grey, drawing())]), grey)
    one = torch.full((5, 1, 2, 2), 90.0)
    assert torch.equal(coloured(one, [saturation(0.5, one, drawing())]), one)
    assert torch.equal(coloured(one, [hue(0.5, one, drawing())]), one)


def test_a_third_of_the_circle_takes_red_to_green() -> None:
    red = torch.tensor([200.0, 50.0, 50.0]).view(1, 3, 1, 1).repeat(COUNT, 1, 1, 1)
    changed = coloured(red, [hue(0.5, red, drawing())])[:, :, 0, 0] / 255
    hues = torch.tensor([colorsys.rgb_to_hsv(*row)[0] for row in changed.tolist()])
    assert hues.min() < 0.02  # all the way round
    assert hues.max() > 0.98
    turned = changed[(hues - 1 / 3).abs().argmin()]
    torch.testing.assert_close(turned, torch.tensor([50.0, 200.0, 50.0]) / 255, atol=0.02, rtol=0)


def test_changes_are_made_one_after_the_other() -> None:
    pictures = torch.rand(4, 3, 3, 3, generator=drawing()) * 100 + 60
    first, second = brightness(0.2, pictures, drawing()), contrast(0.3, pictures, drawing())
    apart = coloured(coloured(pictures, [first]), [second])
    torch.testing.assert_close(coloured(pictures, [joined([first, second])]), apart)
    torch.testing.assert_close(coloured(pictures, [first, second]), apart)


def test_shades_are_cut_off_at_black_and_white() -> None:
    changed = coloured(PICTURES * 1.2, [colour(1.0, PICTURES, drawing())])
    assert changed.min() == 0
    assert changed.max() == 255
