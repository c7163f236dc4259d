from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.data.finishing.stack import StackFinish, preview, sampled, shifted
from pellucid.data.transforms.changes import Change
from pellucid.foundation.seeds import torch_generator

STACKS = torch.randint(0, 256, (4, 3, 6, 8, 8), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)


def finish(frames: int = 0, **changes: float) -> StackFinish:
    made = tuple(Change(name=name, amount=amount) for name, amount in changes.items())
    return StackFinish(mean=MEAN, std=STD, frames=frames, changes=made)


def test_normalised_in_each_channel() -> None:
    (found,) = finish(shift=0.5, flip=1.0, noise=1.0, brightness=0.5)((STACKS,), None)  # nothing varies in judging
    mean, std = torch.tensor([MEAN, STD]).view(2, 3, 1, 1, 1)
    torch.testing.assert_close(found, (STACKS / 255 - mean) / std)


@pytest.mark.parametrize("change", ["shift", "flip", "brightness", "noise"])
@pytest.mark.parametrize("frames", [0, 3])
def test_the_same_generator_gives_the_same_batch(change: str, frames: int) -> None:
    varied = [
        finish(frames, **{change: 0.5})((STACKS,), torch_generator(seed, "augmentation", 1, 2)) for seed in (0, 0, 1)
    ]
    assert torch.equal(varied[0][0], varied[1][0])
    assert not torch.equal(varied[0][0], varied[2][0])
    assert STACKS.dtype == torch.uint8


def test_clips_are_shifted_as_a_whole_and_volumes_along_every_axis() -> None:
    """Equal frames stay equal; the depth of a volume moves too."""
    still = STACKS[:, :, :1].expand(-1, -1, 6, -1, -1)
    (clips,) = finish(6, shift=0.25)((still,), torch.Generator().manual_seed(0))
    assert torch.equal(clips[:, :, 0], clips[:, :, 5])
    slices = torch.arange(6, dtype=torch.uint8).view(1, 1, 6, 1, 1).expand(4, 3, 6, 8, 8)
    (volumes,) = finish(0, shift=0.5)((slices,), torch.Generator().manual_seed(0))
    (plain,) = finish(0)((slices,), None)
    assert not torch.equal(volumes, plain)


def test_a_shift_moves_and_repeats_the_rim() -> None:
    generator = torch.Generator().manual_seed(0)
    steps = torch.randint(-2, 3, (4, 1), generator=torch.Generator().manual_seed(0)).flatten().tolist()
    found = shifted(STACKS, 4, 0.25, generator)
    for before, after, step in zip(STACKS, found, steps, strict=True):
        expected = np.pad(before.numpy(), ((0, 0), (0, 0), (0, 0), (2, 2)), mode="edge")[..., 2 - step : 10 - step]
        np.testing.assert_array_equal(after.numpy(), expected)


def test_a_flip_exchanges_left_and_right() -> None:
    (found,) = finish(flip=1.0)((STACKS,), torch.Generator().manual_seed(0))
    (plain,) = finish()((STACKS,), None)
    assert torch.equal(found, plain.flip(4))


def test_brightness_keeps_what_is_alike_alike() -> None:
    """One gain and one offset for a whole example: voxels stay on a line."""
    (found,) = finish(brightness=0.2)((STACKS,), torch.Generator().manual_seed(0))
    (plain,) = finish()((STACKS,), None)
    for before, after in zip(plain, found, strict=True):
        gain, offset = np.polyfit(before.flatten().numpy(), after.flatten().numpy(), 1)
        assert 0.8 <= gain <= 1.2
        assert abs(offset) <= 0.2
        torch.testing.assert_close(after, before * float(gain) + float(offset), atol=1e-4, rtol=1e-4)


def test_noise_has_the_deviation_that_was_asked_for() -> None:
    many = STACKS.repeat(8, 1, 4, 1, 1)
    (found,) = finish(noise=0.1)((many,), torch.Generator().manual_seed(0))
    (plain,) = finish()((many,), None)
    assert float((found - plain).std()) == pytest.approx(0.1, rel=0.02)


def test_frames_in_training_begin_at_a_random_place_of_every_part() -> None:
    clips = torch.arange(12).view(1, 1, 12, 1, 1).expand(200, -1, -1, -1, -1)
    found = sampled(clips, 4, torch.Generator().manual_seed(0)).flatten(1)
    assert (found // 3 == torch.arange(4)).all()  # one of the three of each part
    assert ((found - found[:, :1]) == 3 * torch.arange(4)).all()  # the same in every part
    assert set(found[:, 0].tolist()) == {0, 1, 2}


def test_frames_are_repeated_where_there_are_too_few() -> None:
    assert sampled(torch.arange(2).view(1, 1, 2, 1, 1), 4, None).flatten().tolist() == [0, 0, 1, 1]
    assert sampled(STACKS, 6, torch.Generator()) is STACKS


def test_a_preview_begins_with_the_example_itself() -> None:
    stacks = STACKS.numpy()
    found = preview(stacks, finish(shift=0.25), 0)
    assert found.shape == (4, 7, 3, 8, 8)
    np.testing.assert_array_equal(found[:, 0], stacks[:, :, 3])
    assert not np.array_equal(found[:, 1], found[:, 0])
