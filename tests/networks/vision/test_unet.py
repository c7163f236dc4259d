"""The U-Net: sizes, skip connections, counted parameters, and that it learns where things are."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.networks.vision.unet import DecoderBlock, UNet


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("sides", [(1,), (2,), (13,), (1, 9), (16, 7), (1, 1, 1), (5, 4, 11)])
def test_maps_have_the_size_of_the_input_odd_or_even(sides: tuple[int, ...], depth: int) -> None:
    network = UNet(2, 3, width=2, depth=depth, axes=len(sides)).eval()
    assert network(torch.zeros(1, 2, *sides)).shape == (1, 3, *sides)


def test_the_transposed_convolution_is_that_of_torch_and_the_rest_is_cut_off() -> None:
    block = DecoderBlock(4, 2, 3, generator=torch.Generator().manual_seed(0))
    small, skipped = torch.randn(1, 4, 3, 3), torch.randn(1, 2, 5, 6)
    seen: list[torch.Tensor] = []
    block.convolutions.register_forward_hook(lambda _module, inputs, _output: seen.append(inputs[0]))
    block(small, skipped)
    up = nn.functional.conv_transpose2d(small, block.up.get_parameter("weight"), stride=2)
    torch.testing.assert_close(seen[0], torch.cat([up[:, :, :5, :6], skipped], dim=1))


def test_parameters_are_those_of_the_usual_implementation() -> None:
    # Origin: 31,037,698 is what github.com/milesial/Pytorch-UNet has for 3 channels in and 2 out, with transposed
    # convolutions and batch norm; and counted by hand: two 3x3 kernels and norms at each width down and up, 2x2
    # transposed kernels with biases, a 1x1 convolution at the end.
    widths = (64, 128, 256, 512, 1024)
    down = sum(9 * (before + wide) * wide + 4 * wide for before, wide in zip((3, *widths), widths, strict=False))
    up = sum(4 * 2 * wide * wide + wide + 9 * (2 + 1) * wide * wide + 4 * wide for wide in widths[:-1])
    assert down + up + 64 * 2 + 2 == 31_037_698
    assert sum(p.numel() for p in UNet(3, 2, width=64, depth=4).parameters()) == 31_037_698


def test_it_learns_to_mark_the_bright_places() -> None:
    generator = torch.Generator().manual_seed(0)
    network, x = UNet(1, 1, width=4, depth=2, generator=generator), torch.randn(4, 1, 9, 11, generator=generator)
    marked = (x > 0.5).float()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(60):
        loss = nn.functional.binary_cross_entropy_with_logits(network(x), marked)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert all(p.grad is not None and bool(p.grad.any()) for p in network.parameters())
    assert ((network(x) > 0) == marked.bool()).float().mean() > 0.97


def test_what_cannot_be_joined_is_refused() -> None:
    block = DecoderBlock(4, 2, 3, norm="layer")
    with pytest.raises(ShapeError, match=r"skipped maps of at most \(6, 6\) places, got \(7, 6\)"):
        block(torch.zeros(1, 4, 3, 3), torch.zeros(1, 2, 7, 6))
    with pytest.raises(RangeError, match="DecoderBlock expected axes of 1, 2 or 3, got 4"):
        DecoderBlock(4, 2, 3, axes=4)
