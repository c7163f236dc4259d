"""Attention and the encoder block: torch's own with the same weights, and padding is never looked at."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.networks.sequences.attention import SelfAttention, TransformerBlock
from pellucid.networks.sequences.pooling import mask_of

LENGTHS = torch.tensor([3, 6, 1])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def sequences() -> torch.Tensor:
    return torch.randn(3, 8, 6, generator=generator(9))


def copy_attention(own: nn.MultiheadAttention, ours: SelfAttention) -> None:
    with torch.no_grad():
        own.in_proj_weight.copy_(ours.project.weight)
        own.in_proj_bias.copy_(ours.project.bias.normal_(generator=generator(1)))
        own.out_proj.weight.copy_(ours.join.weight)
        own.out_proj.bias.copy_(ours.join.bias.normal_(generator=generator(2)))


@pytest.mark.knowledge("G12")
@pytest.mark.parametrize("heads", [1, 2, 4])
def test_attention_is_that_of_torch(heads: int) -> None:
    ours = SelfAttention(8, heads, generator=generator())
    with torch.random.fork_rng():
        own = nn.MultiheadAttention(8, heads, batch_first=True)
    copy_attention(own, ours)
    x = sequences().mT
    expected, _ = own(x, x, x)
    torch.testing.assert_close(ours(sequences()).mT, expected)
    expected, _ = own(x, x, x, key_padding_mask=~mask_of(LENGTHS, 6))
    torch.testing.assert_close(ours(sequences(), LENGTHS).mT, expected)


@pytest.mark.knowledge("G12")
def test_the_block_is_the_pre_norm_encoder_layer_of_torch() -> None:
    ours = TransformerBlock(8, 2, hidden=20, generator=generator())
    with torch.random.fork_rng():
        own = nn.TransformerEncoderLayer(
            8, 2, dim_feedforward=20, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
    copy_attention(own.self_attn, ours.attention)
    with torch.no_grad():
        for norm, theirs in ((ours.norm_1, own.norm1), (ours.norm_2, own.norm2)):
            theirs.weight.copy_(norm.weight.normal_(generator=generator(3)))
            theirs.bias.copy_(norm.bias.normal_(generator=generator(4)))
        for layer, dense in ((ours.dense[0], own.linear1), (ours.dense[3], own.linear2)):
            dense.weight.copy_(layer.get_parameter("weight"))
            dense.bias.copy_(layer.get_parameter("bias"))
    expected = own(sequences().mT, src_key_padding_mask=~mask_of(LENGTHS, 6))
    found = ours(sequences(), LENGTHS).mT
    true = mask_of(LENGTHS, 6)
    torch.testing.assert_close(found[true], expected[true])  # at the padding torch may return anything


@pytest.mark.parametrize("block", [SelfAttention, TransformerBlock])
def test_padding_does_not_matter(block: type[SelfAttention] | type[TransformerBlock]) -> None:
    layer = block(8, 2, generator=generator()).eval()
    for row, length in enumerate(LENGTHS.tolist()):
        padded = sequences()
        padded[row, :, length:] = 1e3
        alone = layer(sequences()[row : row + 1, :, :length])
        torch.testing.assert_close(layer(padded, LENGTHS)[row : row + 1, :, :length], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("block", [SelfAttention, TransformerBlock])
def test_dropout_acts_in_training_alone(block: type[SelfAttention] | type[TransformerBlock]) -> None:
    layer = block(8, 2, dropout=0.5, generator=generator())
    with torch.random.fork_rng():
        assert not torch.equal(layer(sequences()), layer(sequences()))
    layer.eval()
    assert torch.equal(layer(sequences()), layer(sequences()))


def test_the_dense_branch_is_four_times_as_wide() -> None:
    assert TransformerBlock(8, generator=generator()).dense[0].get_parameter("weight").shape == (32, 8)


def test_heads_divide_the_width() -> None:
    with pytest.raises(RangeError, match="multiple of heads=3, got 8: pass width=9"):
        SelfAttention(8, 3)
