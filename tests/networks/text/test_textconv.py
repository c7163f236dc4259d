"""Convolutions over tokens: several widths in parallel, phrases found anywhere."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from pellucid.foundation.records import InputSpec
from pellucid.networks.text.textconv import TEXTCONV, PhraseConvolutions
from pellucid.tasks.multiclass import Multiclass

SPEC = InputSpec(kind="text", examples=1000, shape=(1000,), vocabulary=30)
TASK = Multiclass(targets=("y",), classes=("a", "b"))


@pytest.mark.knowledge("H4")
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
def test_the_pooled_maps_are_those_of_torchs_convolution_with_padding_of_the_same_length(width: int) -> None:
    layer = PhraseConvolutions(3, 4, (width,), generator=torch.Generator().manual_seed(0))
    steps, lengths = torch.randn(2, 3, 7, generator=torch.Generator().manual_seed(1)), torch.tensor([7, 4])
    steps[1, :, 4:] = 0.0
    found = layer(steps, lengths)
    weight, bias = (layer.convolutions[0].get_parameter(name) for name in ("weight", "bias"))
    for row, length in enumerate(lengths.tolist()):
        # zeros on both sides, of an even width one more before the first step
        padded = functional.pad(steps[row : row + 1, :, :length], (width // 2, (width - 1) // 2))
        maps = functional.conv1d(padded, weight, bias).relu()
        torch.testing.assert_close(found[row], torch.cat([maps.amax(dim=2), maps.mean(dim=2)], dim=1)[0])


def test_sizes_follow_the_number_of_texts() -> None:
    many = InputSpec(kind="text", examples=20_000, shape=(1000,), vocabulary=30)
    few_weights, many_weights = (
        TEXTCONV.build(TEXTCONV.configuration(), spec, 2, 0).get_parameter("embedding.table.weight")
        for spec in (SPEC, many)
    )
    assert (few_weights.shape, many_weights.shape) == ((30, 64), (30, 128))
    assert "64 numbers stand for each token" in TEXTCONV.recommend(SPEC, TASK).reason
    assert "128 numbers stand for each token" in TEXTCONV.recommend(many, TASK).reason


def test_a_text_of_one_token_and_one_of_a_thousand() -> None:
    network = TEXTCONV.build(TEXTCONV.configuration(widths=(3, 4, 5)), SPEC, 2, 0).eval()
    tokens = torch.randint(1, 30, (2, 1000), generator=torch.Generator().manual_seed(0))
    tokens[1, 1:] = 0
    both = network(tokens)
    assert both.shape == (2, 2)
    torch.testing.assert_close(both[1:], network(tokens[1:, :1]))


def test_the_same_words_in_another_order_are_another_text() -> None:
    network = TEXTCONV.build(TEXTCONV.configuration(), SPEC, 2, 0).eval()
    assert not torch.isclose(network(torch.tensor([[5, 6, 7, 8]])), network(torch.tensor([[8, 6, 5, 7]]))).any()


def test_beside_the_phrases_single_words_count() -> None:
    network = TEXTCONV.build(TEXTCONV.configuration(), SPEC, 2, 0).eval()
    with torch.no_grad():
        for convolution in network.get_submodule("phrases").children():
            for parameter in convolution.parameters():
                parameter.zero_()
    tokens = torch.tensor([[5, 6, 7], [7, 6, 5], [5, 6, 8]])
    words, last = network.get_submodule("words"), network.get_submodule("last")
    expected = words(tokens).relu() @ last.get_parameter("weight")[:, -64:].T + last.get_parameter("bias")
    logits = network(tokens)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(logits[0], logits[1])
    assert not torch.isclose(logits[0], logits[2]).any()
