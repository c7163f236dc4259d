"""The layers under the blocks: sizes for one, two and three axes, first weights, and blocks that size themselves."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.networks.vision.layers import (
    ConvolutionBlock,
    Lazy,
    Mean,
    MeanPool,
    Norm,
    convolution,
    max_pool,
    normalization,
)

AXES = (1, 2, 3)


@given(axes=st.sampled_from(AXES), side=st.integers(1, 12), stride=st.integers(1, 4), kernel=st.sampled_from((1, 3, 5)))
def test_sides_are_rounded_up(axes: int, side: int, stride: int, kernel: int) -> None:
    maps = torch.zeros(1, 2, *[side] * axes)
    out = convolution(2, 3, kernel, stride=stride, axes=axes)(maps)
    assert out.shape == (1, 3, *[-(-side // stride)] * axes)
    for pool in (max_pool(2, axes), max_pool(3, axes), MeanPool(axes)):
        assert pool(maps).shape == (1, 2, *[-(-side // 2)] * axes)


@pytest.mark.parametrize("axes", AXES)
def test_the_global_mean_is_that_of_all_places(axes: int) -> None:
    maps = torch.randn(2, 3, *range(2, 2 + axes), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(Mean()(maps), maps.flatten(2).mean(dim=2))


@pytest.mark.parametrize("axes", AXES)
def test_first_weights_have_the_deviation_of_he_by_the_fan_out(axes: int) -> None:
    layer = convolution(64, 32, 3, bias=True, axes=axes, generator=torch.Generator().manual_seed(0))
    # torch's own: nn.init.kaiming_normal_(mode="fan_out") has deviation sqrt(2 / (32 * 3^axes))
    wanted = nn.init.kaiming_normal_(torch.empty(64, 64, *[3] * axes)[:32], mode="fan_out", nonlinearity="relu")
    weight = layer.get_parameter("weight")
    assert weight.shape == wanted.shape
    assert weight.std().item() == pytest.approx(wanted.std().item(), rel=0.05)  # 6,144 values at least: error 1 %
    assert not layer.get_parameter("bias").any()


def test_a_block_is_convolution_norm_rectifier() -> None:
    block = ConvolutionBlock(2, 4, axes=1, generator=torch.Generator().manual_seed(0))
    x = torch.randn(5, 2, 6, generator=torch.Generator().manual_seed(1))
    maps = nn.functional.conv1d(x, block.get_parameter("convolution.weight"), padding=1)
    centred = maps - maps.mean(dim=(0, 2), keepdim=True)
    normed = centred / (maps.var(dim=(0, 2), unbiased=False, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(block(x), normed.relu())
    assert [name for name, _ in block.named_parameters()] == ["convolution.weight", "norm.weight", "norm.bias"]


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize(("norm", "groups"), [("layer", 1), ("group", 2)])
def test_layer_and_group_norms_take_mean_and_variance_of_one_example(axes: int, norm: Norm, groups: int) -> None:
    x = torch.randn(3, 32, *range(2, 2 + axes), generator=torch.Generator().manual_seed(0)) * 3 + 1
    parts = x.view(3, groups, -1)  # the definition, by hand
    expected = (parts - parts.mean(2, keepdim=True)) / (parts.var(2, unbiased=False, keepdim=True) + 1e-5).sqrt()
    normed = normalization(32, axes, norm)(x)
    torch.testing.assert_close(normed, expected.view(x.shape), atol=1e-5, rtol=1e-4)
    block = ConvolutionBlock(32, 48, norm=norm, axes=axes)
    torch.testing.assert_close(block(x)[:1], block(x[:1]), atol=1e-5, rtol=1e-4)  # others do not matter, in training


def test_a_group_has_sixteen_channels_where_they_can_be_divided_so() -> None:
    made = {channels: normalization(channels, norm="group") for channels in (3, 16, 24, 48, 50, 128)}
    assert {channels: layer.num_groups for channels, layer in made.items()} == {  # type: ignore[union-attr]
        3: 1, 16: 1, 24: 1, 48: 3, 50: 1, 128: 8,
    }  # fmt: skip


def test_depthwise_weights_have_the_deviation_of_their_own_fan_out() -> None:
    layer = convolution(512, 512, 3, groups=512, generator=torch.Generator().manual_seed(0))
    weight = layer.get_parameter("weight")
    assert weight.shape == (512, 1, 3, 3)
    assert weight.std().item() == pytest.approx((2 / 9) ** 0.5, rel=0.05)  # each channel feeds 9 places of one


def test_a_stride_may_differ_from_axis_to_axis() -> None:
    assert convolution(1, 1, 3, stride=(1, 2, 3), axes=3)(torch.zeros(1, 1, 7, 7, 7)).shape == (1, 1, 7, 4, 3)


def test_a_lazy_block_is_the_block_that_is_sized_by_hand() -> None:
    lazy = Lazy(ConvolutionBlock, 4, stride=2, generator=torch.Generator().manual_seed(0)).eval()
    assert list(lazy.parameters()) == []
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    by_hand = ConvolutionBlock(3, 4, stride=2, generator=torch.Generator().manual_seed(0)).double().eval()
    torch.testing.assert_close(lazy(x), by_hand(x))
    built = lazy.block
    lazy(x)
    assert lazy.block is built
    assert not any(module.training for module in lazy.modules())


def test_a_lazy_block_needs_channels() -> None:
    with pytest.raises(ShapeError, match=r"Lazy expected maps \(n, c, sizes\), got \(5, 5\): add the axes"):
        Lazy(ConvolutionBlock, 4)(torch.zeros(5, 5))


def test_wrong_kernels_and_axes_get_a_sentence() -> None:
    with pytest.raises(RangeError, match="convolution expected an odd kernel, got 4: an even one moves pictures"):
        convolution(1, 1, 4)
    with pytest.raises(RangeError, match="convolution expected axes of 1, 2 or 3, got 4: pass axes=2 for pictures"):
        ConvolutionBlock(1, 1, axes=4)
