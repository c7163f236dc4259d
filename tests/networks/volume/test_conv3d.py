"""3D convolutions for volumes and clips: any size, bounded memory, and movements that they tell apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.volume.conv3d import CONV3D, MOST_VOXELS, Convolution3D, Convolution3DConfiguration
from pellucid.tasks.multiclass import Multiclass

NARROW = Convolution3DConfiguration(width=2)
TASK = Multiclass(targets=("y",), classes=("a", "b"))


@pytest.mark.parametrize("sides", [(1, 1, 1), (4, 4, 4), (1, 7, 130), (5, 64, 65), (64, 3, 2), (128, 33, 129)])
def test_any_size_leaves_few_places(sides: tuple[int, ...]) -> None:
    network = Convolution3D((2, *sides), 3, options=NARROW).eval()
    maps = network.features(torch.zeros(1, 2, *sides))
    assert maps.shape[:2] == (1, 16)
    assert all(1 <= left <= 8 for left in maps.shape[2:])
    assert all(left >= 2 for left, side in zip(maps.shape[2:], sides, strict=True) if side > 3)


def test_parameters_are_counted_by_hand() -> None:
    widths = (1, 16, 32, 64, 128)
    kernels = sum(27 * before * wide + 2 * wide for before, wide in pairwise(widths))
    network = Convolution3D((1, 10, 32, 32), 8)
    assert sum(p.numel() for p in network.parameters()) == kernels + 128 * 8 + 8


@pytest.mark.parametrize(("side", "batch"), [(4, 128), (32, 128), (64, 16), (65, 116), (128, 16), (300, 4)])
def test_a_batch_in_training_takes_little_memory(side: int, batch: int) -> None:
    # 16 * 64^3 voxels after the first stride: 4,194,304 / 33^3 = 116; 4,194,304 / 100^3 = 4
    spec = InputSpec(kind="volume", examples=100_000, shape=(1, side, side, side))
    assert CONV3D.recommend(spec, TASK).settings["batch_size"] == batch


def test_what_is_kept_for_the_backward_pass_is_counted() -> None:
    kept = 0

    def note(tensor: torch.Tensor) -> torch.Tensor:
        nonlocal kept
        kept += tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        Convolution3D((1, 16, 16, 16), 2)(torch.zeros(8, 1, 16, 16, 16))
    assert kept / (8 * 16**3) * MOST_VOXELS < 1.6e9  # bytes of the largest batch


def test_depth_norm_and_stages_are_options() -> None:
    options = Convolution3DConfiguration(width=2, depth=2, stages=2, norm="layer")
    network = Convolution3D((1, 5, 6, 7), 3, options=options)
    kernels = [tuple(p.shape[:2]) for name, p in network.named_parameters() if name.endswith("convolution.weight")]
    assert kernels == [(2, 1), (2, 2), (4, 2), (4, 4)]
    assert any(isinstance(module, nn.GroupNorm) for module in network.modules())


def test_it_tells_to_the_left_from_to_the_right() -> None:
    def clips(step: int, n: int, seed: int) -> torch.Tensor:
        begin = torch.randint(0, 8, (n, 2), generator=torch.Generator().manual_seed(seed))
        made = torch.zeros(n, 1, 5, 8, 8)
        for clip, (row, column) in enumerate(begin.tolist()):
            for moment in range(5):
                made[clip, 0, moment, row, (column + step * moment) % 8] = 1.0
        return made

    labels = torch.arange(2).repeat_interleave(12)
    train, test = (torch.cat([clips(-1, 12, seed), clips(1, 12, seed)]) for seed in (0, 1))
    options = Convolution3DConfiguration(width=8, stages=2)
    network = Convolution3D((1, 5, 8, 8), 2, options=options, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(25):
        loss = nn.functional.cross_entropy(network(train), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (network.eval()(test).argmax(dim=1) == labels).float().mean() > 0.9


@pytest.mark.parametrize("name", ["width", "depth", "stages"])
def test_options_have_ranges(name: str) -> None:
    with pytest.raises(RangeError, match=f"{name} to be a whole number above 0, got 0"):
        Convolution3DConfiguration(**{name: 0})  # type: ignore[arg-type]  # wrong on purpose


def test_dropout_has_a_range() -> None:
    with pytest.raises(RangeError, match="dropout to be at least 0 and below 1, got 1"):
        Convolution3DConfiguration(dropout=1.0)
