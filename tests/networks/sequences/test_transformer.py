"""The small transformer: positions tell the order, and only they do."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.networks.sequences.transformer import TRANSFORMER

SPEC = InputSpec(kind="text", examples=1000, shape=(9,), vocabulary=20)
TOKENS, OTHER_ORDER = torch.tensor([[4, 5, 6, 7, 8]]), torch.tensor([[8, 4, 7, 5, 6]])


def test_order_counts_through_the_positions_alone() -> None:
    network = TRANSFORMER.build(TRANSFORMER.configuration(), SPEC, 3, 0).eval()
    assert not torch.isclose(network(TOKENS), network(OTHER_ORDER)).any()
    network.positions = nn.Identity()
    torch.testing.assert_close(network(TOKENS), network(OTHER_ORDER))


@pytest.mark.knowledge("G12")
def test_its_size_is_that_of_embeddings_and_blocks() -> None:
    network = TRANSFORMER.build(TRANSFORMER.configuration(layers=3, width=32, heads=2), SPEC, 3, 0)
    # by hand, d = 32: attention 4 d² + 4 d, dense 8 d² + 5 d, two norms 4 d; last norm 2 d; table 20 d; logits 3 d + 3
    block = 12 * 32**2 + 13 * 32
    assert sum(p.numel() for p in network.parameters()) == 3 * block + 2 * 32 + 20 * 32 + 3 * 32 + 3


def test_the_width_grows_with_the_data() -> None:
    many = InputSpec(kind="text", examples=20_000, shape=(9,), vocabulary=20)
    network = TRANSFORMER.build(TRANSFORMER.configuration(), many, 3, 0)
    assert network.get_parameter("last.weight").shape == (3, 128)
