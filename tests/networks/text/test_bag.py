"""The bag of words is a dense network on multi-hot vectors that are never made."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.networks.text.bag import BAG, BagOfWords
from pellucid.tasks.multiclass import Multiclass

VOCABULARY = 12
TASK = Multiclass(targets=("y",), classes=("a", "b"))
batches = st.integers(1, 6).flatmap(
    lambda length: st.lists(
        st.lists(st.integers(0, VOCABULARY - 1), min_size=length, max_size=length), min_size=1, max_size=4
    )
)


def multi_hot(tokens: Tensor) -> Tensor:
    found = torch.zeros(len(tokens), VOCABULARY).scatter_(1, tokens, 1.0)
    found[:, 0] = 0.0
    return found


def seeded(**options: float) -> BagOfWords:
    return BagOfWords(VOCABULARY, 5, generator=torch.Generator().manual_seed(0), **options)


@pytest.mark.knowledge("H4")
@given(rows=batches)
def test_it_equals_a_linear_layer_on_the_multi_hot_vector_forwards_and_backwards(rows: list[list[int]]) -> None:
    tokens, bag = torch.tensor(rows), seeded()
    with torch.random.fork_rng():
        dense = nn.Linear(VOCABULARY, 5)
    with torch.no_grad():
        dense.weight.copy_(bag.weight.T)
        dense.bias.copy_(bag.bias.normal_(generator=torch.Generator().manual_seed(1)))
    found, expected = bag(tokens), dense(multi_hot(tokens))
    torch.testing.assert_close(found, expected)
    pull = torch.randn(found.shape, generator=torch.Generator().manual_seed(2))
    found.backward(pull)
    expected.backward(pull)
    assert bag.weight.grad is not None
    assert dense.weight.grad is not None
    torch.testing.assert_close(bag.weight.grad, dense.weight.grad.T)


def test_left_out_words_leave_the_mean_as_it_was() -> None:
    bag, tokens = seeded(word_dropout=0.5), torch.arange(1, VOCABULARY).expand(20_000, -1)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        drawn = bag(tokens)
    expected = bag.eval()(tokens[:1])
    assert not torch.equal(drawn[0], drawn[1])
    # a word adds w with deviation |w| to the sum; weights are about 0.1, 11 words, 20,000 texts: error 0.0025
    torch.testing.assert_close(drawn.mean(dim=0, keepdim=True), expected, atol=0.01, rtol=0)


@pytest.mark.knowledge("H4")
def test_the_classic_network_has_16_16_1_units() -> None:
    spec = InputSpec(kind="text", examples=25_000, shape=(500,), vocabulary=10_000)
    network = BAG.build(BAG.configuration(), spec, 1, 0)
    # by hand: 10,000 x 16 + 16, 16 x 16 + 16, 16 + 1
    assert sum(parameter.numel() for parameter in network.parameters()) == 160_016 + 272 + 17
    assert BAG.recommend(spec, TASK).settings["batch_size"] == 512


def test_few_texts_get_one_layer_and_much_dropout() -> None:
    spec = InputSpec(kind="text", examples=2000, shape=(500,), vocabulary=VOCABULARY)
    network = BAG.build(BAG.configuration(), spec, 1, 0)
    assert network.get_parameter("last.weight").shape == (1, 64)
    assert {module.p for module in network.modules() if isinstance(module, nn.Dropout)} == {0.5}
    assert network.get_submodule("words").word_dropout == 0.5
    plain = BAG.build(BAG.configuration(hidden=(8,), dropout=0.0, word_dropout=0.0), spec, 1, 0)
    assert plain.get_submodule("words").word_dropout == 0.0
    assert "half of the words" in BAG.recommend(spec, TASK).reason
