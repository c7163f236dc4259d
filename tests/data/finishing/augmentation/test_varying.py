"""Batches varied: flips are NumPy's; the same generator gives the same pictures; nothing is drawn when judging."""

import numpy as np
import pytest
import torch

from pellucid.data.finishing.augmentation.catalogue import AUGMENTATIONS, read_changes
from pellucid.data.finishing.augmentation.varying import mixed, varied
from pellucid.data.finishing.picture import PictureFinish
from pellucid.data.gathering import Gathered
from pellucid.data.transforms.changes import Change

PIXELS = np.random.default_rng(0).integers(0, 255, (40, 3, 8, 6), dtype=np.uint8)
TENSOR = torch.from_numpy(PIXELS)
EVERY = tuple(Change(name=one.name, amount=one.amount) for one in AUGMENTATIONS)
GREY = (100.0, 100.0, 100.0)


def drawing(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("name", "axis"), [("flip", 3), ("vertical-flip", 2)])
def test_flips_are_those_of_numpy(name: str, axis: int) -> None:
    found = varied(TENSOR, [Change(name=name, amount=1.0)], GREY, drawing())
    np.testing.assert_array_equal(found, np.flip(PIXELS, axis))
    some = varied(TENSOR, [Change(name=name, amount=0.5)], GREY, drawing()).numpy()
    turned = (some == np.flip(PIXELS, axis)).all((1, 2, 3))
    assert 0.2 < turned.mean() < 0.8
    np.testing.assert_array_equal(some[~turned], PIXELS[~turned])


def test_no_change_gives_the_same_pictures() -> None:
    np.testing.assert_array_equal(varied(TENSOR, (), GREY, drawing()), PIXELS)
    still = read_changes("rotate(0), shift(0), zoom(0), shear(0), crop(1), colour(0), erase(0), flip(0)")
    found = varied(TENSOR, still, GREY, drawing())
    np.testing.assert_allclose(found, PIXELS, atol=0.05)


def test_what_is_erased_takes_the_shade_of_the_background() -> None:
    found = varied(TENSOR * 0, [Change(name="erase", amount=1.0)], GREY, drawing())
    assert set(found.unique().tolist()) == {0.0, 100.0}


def test_every_picture_is_varied_in_its_own_way() -> None:
    same = TENSOR[:1].expand(6, -1, -1, -1)
    found = varied(same, read_changes("rotate(30), colour"), GREY, drawing())
    assert len({picture.numpy().tobytes() for picture in found}) == 6


def test_the_same_generator_gives_the_same_pictures_bit_for_bit() -> None:
    first, second = (varied(TENSOR, EVERY, GREY, drawing(3)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, varied(TENSOR, EVERY, GREY, drawing(4)))


def test_one_of_two_ways_of_mixing_is_drawn() -> None:
    pictures = varied(TENSOR, (), GREY, drawing())
    ways = read_changes("mixup(1), cutmix(1)")
    laid_over = [bool((mixed(pictures, ways, drawing(seed))[0] % 1 != 0).any()) for seed in range(30)]
    assert 5 < sum(laid_over) < 25  # whole shades stay whole under cutmix
    assert mixed(pictures, EVERY[:3], drawing()) == (pictures, None)


def finish(changes: tuple[Change, ...]) -> PictureFinish:
    return PictureFinish(mean=(0.5, 0.4, 0.3), std=(0.2, 0.2, 0.1), changes=changes, fill=(0.1, 0.1, 0.1))


def test_without_a_generator_nothing_is_varied() -> None:
    plain = finish(())((TENSOR,), None)[0]
    assert torch.equal(finish(EVERY)((TENSOR,), None)[0], plain)
    assert finish(EVERY).mix((plain,), None) == ((plain,), None)
    assert torch.equal(finish(())((TENSOR,), drawing())[0], plain)
    assert finish(()).mix((plain,), drawing()) == ((plain,), None)
    assert not finish(EVERY).is_plain


def test_a_resumed_pass_goes_on_bit_for_bit() -> None:
    def source() -> Gathered:
        return Gathered(
            [PIXELS], np.arange(40.0), rows=np.arange(40), finish=finish(EVERY), batch_size=8, seed=5
        )  # fmt: skip

    whole, rest = list(source().batches(2)), list(source().batches(2, start=3))
    for expected, found in zip(whole[3:], rest, strict=True):
        assert torch.equal(found.inputs[0], expected.inputs[0])
        assert found.mixture is not None
        assert expected.mixture is not None
        assert found.mixture.share == expected.mixture.share
        assert torch.equal(found.mixture.partners, expected.mixture.partners)
    assert not torch.equal(next(source().batches(0)).inputs[0], whole[0].inputs[0])
