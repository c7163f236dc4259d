"""Residual blocks: their identity path, parameters counted by hand, squeeze-and-excitation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.networks.vision.residual import BasicBlock, Bottleneck, Residual, SqueezeExcite

BLOCKS = pytest.mark.parametrize("block", [BasicBlock, Bottleneck])


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@BLOCKS
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize(("inputs", "stride"), [(8, 1), (8, 2), (4, 1), (4, 3)])
def test_any_number_of_axes_and_any_stride(block: Callable[..., Residual], axes: int, inputs: int, stride: int) -> None:
    maps = torch.randn(2, inputs, *(5, 6, 7)[:axes], generator=seeded())
    out = block(inputs, 8, stride=stride, squeeze_excite=True, axes=axes)(maps)
    assert out.shape == (2, 8, *(-(-side // stride) for side in maps.shape[2:]))
    assert out.min() >= 0


@pytest.mark.knowledge("G9")
@BLOCKS
@pytest.mark.parametrize("squeeze_excite", [False, True])
def test_a_block_starts_as_its_shortcut(block: Callable[..., Residual], squeeze_excite: bool) -> None:
    maps = torch.rand(2, 8, 5, 5, generator=seeded())
    assert torch.equal(block(8, 8, squeeze_excite=squeeze_excite)(maps), maps)
    assert not torch.equal(block(8, 8, squeeze_excite=squeeze_excite, zero_init=False)(maps), maps)


def test_parameters_are_counted_by_hand() -> None:
    # Two kernels 9*16*16 and two norms 2*16; the shortcut of a new shape: 8*16 and a norm.
    assert count(BasicBlock(16, 16)) == 2 * 9 * 16 * 16 + 2 * 32
    assert count(BasicBlock(8, 16)) == 9 * 8 * 16 + 9 * 16 * 16 + 2 * 32 + 8 * 16 + 32
    # 16 -> 4 -> 4 -> 16, norms of 4, 4 and 16.
    assert count(Bottleneck(16, 16)) == 16 * 4 + 9 * 4 * 4 + 4 * 16 + 2 * (4 + 4 + 16)
    # 64 channels, 64 / 16 = 4 units: 64*4 + 4 + 4*64 + 64.
    assert count(SqueezeExcite(64)) == 580


def test_the_stride_of_a_bottleneck_is_on_its_3x3() -> None:
    strides = [module.stride[0] for module in Bottleneck(8, 16, stride=2).branch.modules() if hasattr(module, "groups")]
    assert strides == [1, 2, 1]


def test_the_block_is_the_sum_of_its_paths() -> None:
    block = BasicBlock(3, 4, stride=2, zero_init=False, generator=seeded()).eval()
    maps = torch.randn(2, 3, 7, 7, generator=seeded(1))
    torch.testing.assert_close(block(maps), (block.branch(maps) + block.shortcut(maps)).relu())


def test_squeeze_and_excitation_weighs_channels_and_nothing_else() -> None:
    block = SqueezeExcite(8, generator=seeded())
    maps = torch.rand(2, 8, 3, 3, generator=seeded(1)) + 0.1
    weights = block(maps) / maps
    torch.testing.assert_close(weights, weights[..., :1, :1].expand_as(weights))
    assert weights.min() > 0
    assert weights.max() < 1
    assert weights[0, :, 0, 0].std() > 0


def test_a_bottleneck_needs_a_quarter() -> None:
    with pytest.raises(RangeError, match="Bottleneck expected outputs to be a multiple of 4, got 6: its middle has"):
        Bottleneck(4, 6)


@pytest.mark.parametrize("kind", [BasicBlock, Bottleneck])
def test_the_norm_of_every_layer_can_be_chosen(kind: type[Residual]) -> None:
    block = kind(16, 32, stride=2, norm="group")
    norms = [type(module).__name__ for module in block.modules() if "Norm" in type(module).__name__]
    assert len(norms) == (3 if kind is BasicBlock else 4)
    assert set(norms) == {"GroupNorm"}
    plain = kind(16, 32, stride=2)
    assert sum(p.numel() for p in block.parameters()) == sum(p.numel() for p in plain.parameters())
