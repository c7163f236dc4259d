"""Mixing: pictures and shares are counted by hand, the shares' distribution is that of Beta."""

import numpy as np
import pytest
import torch

from pellucid.data.finishing.augmentation.mixing import cutmix, mixup
from pellucid.data.finishing.picture import PictureFinish
from pellucid.data.gathering import Gathered
from pellucid.data.transforms.changes import Change
from pellucid.foundation.errors import RangeError

PICTURES = torch.arange(8.0).view(8, 1, 1, 1).expand(8, 1, 10, 10).clone()
DRAWS = 600


def drawing(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_mixup_is_the_weighted_sum_of_two_pictures() -> None:
    mixed, mixture = mixup(1.0, PICTURES, drawing())
    assert sorted(mixture.partners.tolist()) == list(range(8))
    expected = mixture.share * torch.arange(8.0) + (1 - mixture.share) * mixture.partners
    torch.testing.assert_close(mixed, expected.view(8, 1, 1, 1).expand(8, 1, 10, 10))


def test_cutmix_puts_one_rectangle_of_the_partner_in() -> None:
    for seed in range(20):
        mixed, mixture = cutmix(1.0, PICTURES, drawing(seed))
        partners = mixture.partners.float().view(8, 1, 1, 1)
        foreign = (mixed == partners) & (partners != PICTURES)
        whose = foreign[mixture.partners != torch.arange(8)]
        area = whose.flatten(1).float().mean(1)
        assert area.max() <= 0.5
        torch.testing.assert_close(area, torch.full_like(area, 1 - mixture.share))
        assert ((mixed == PICTURES) | foreign).all()


@pytest.mark.parametrize("way", [mixup, cutmix])
def test_the_pictures_given_are_left_as_they_are(way) -> None:
    before = PICTURES.clone()
    way(1.0, PICTURES, drawing())
    assert torch.equal(PICTURES, before)


@pytest.mark.parametrize("amount", [0.2, 1.0])
def test_shares_have_the_moments_of_beta(amount: float) -> None:
    shares = np.array([mixup(amount, PICTURES[:2], drawing(seed))[1].share for seed in range(DRAWS)])
    assert shares.min() >= 0.5  # a picture keeps the larger part
    variance = np.mean((shares - 0.5) ** 2)
    assert variance == pytest.approx(1 / (4 * (2 * amount + 1)), rel=0.15)  # of Beta(a, a), the same when mirrored


def source(change: Change, **given) -> Gathered:
    pixels = np.arange(6, dtype=np.uint8).repeat(16).reshape(6, 1, 4, 4)
    finish = PictureFinish(mean=(0.0,), std=(1 / 255,), changes=(change,), fill=(0.0,))
    return Gathered([pixels], np.arange(6.0), rows=np.arange(6), finish=finish, batch_size=6, **given)


def test_batches_carry_the_partners_whose_targets_fit_the_pictures() -> None:
    (batch,) = source(Change(name="mixup", amount=1.0), seed=0).batches(0)
    assert batch.mixture is not None
    share, others = batch.mixture.share, batch.targets[batch.mixture.partners]
    seen = batch.inputs[0][:, 0, 0, 0]
    torch.testing.assert_close(seen.double(), share * batch.targets + (1 - share) * others, atol=1e-4, rtol=0)


def test_nothing_is_mixed_when_judging() -> None:
    (batch,) = source(Change(name="cutmix", amount=1.0)).batches(0)
    assert batch.mixture is None
    assert torch.equal(batch.inputs[0][:, 0, 0, 0].round(), torch.arange(6.0))


def test_other_changes_mix_nothing() -> None:
    (batch,) = source(Change(name="flip", amount=1.0), seed=0).batches(0)
    assert batch.mixture is None


def test_examples_with_an_exposure_are_not_mixed() -> None:
    pixels = np.zeros((6, 1, 4, 4), np.uint8)
    finish = PictureFinish(mean=(0.0,), std=(1.0,), changes=(Change(name="mixup", amount=1.0),), fill=(0.0,))
    gathered = Gathered([pixels], np.zeros(6), np.zeros(6), rows=np.arange(6), finish=finish, batch_size=6, seed=0)
    with pytest.raises(RangeError, match="expected examples with an exposure to stay whole, got mixup"):
        next(gathered.batches(0))
