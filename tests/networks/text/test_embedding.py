"""Tokens as vectors: padding is nothing, some words are read as unknown in training."""

from __future__ import annotations

import pytest
import torch

from pellucid.networks.text.embedding import DEVIATION, UNKNOWN, TokenEmbedding, lengths_of


def seeded(word_dropout: float = 0.0) -> TokenEmbedding:
    return TokenEmbedding(50, 40, word_dropout=word_dropout, generator=torch.Generator().manual_seed(0))


@pytest.mark.knowledge("G12")
def test_each_token_is_its_row_of_the_table() -> None:
    embedding, tokens = seeded(), torch.tensor([[4, 7, 7, 0]])
    expected = embedding.table.weight[[4, 7, 7, 0]].T
    assert torch.equal(embedding(tokens)[0], expected)
    assert not expected[:, 3].any()
    assert embedding.table.weight[1:].std().item() == pytest.approx(DEVIATION, rel=0.1)  # 1,960 values: error 2 %


def test_padding_learns_nothing() -> None:
    embedding = seeded()
    embedding(torch.tensor([[4, 0]])).sum().backward()
    assert embedding.table.weight.grad is not None
    assert embedding.table.weight.grad.any(dim=1).nonzero().flatten().tolist() == [4]


def test_in_training_a_share_of_the_words_is_read_as_unknown() -> None:
    embedding, tokens = seeded(0.3), torch.full((1, 10_000), 4)
    tokens[0, 9000:] = 0
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        found = embedding(tokens)[0]
    unknown = (found == embedding.table.weight[UNKNOWN].unsqueeze(1)).all(dim=0)
    assert unknown[:9000].float().mean().item() == pytest.approx(0.3, abs=0.02)  # 9,000 draws: error 0.005
    assert not found[:, 9000:].any()
    assert torch.equal(embedding.eval()(tokens)[0, :, 0], embedding.table.weight[4])


def test_an_empty_text_counts_as_one_token() -> None:
    assert lengths_of(torch.tensor([[1, 2, 3], [5, 0, 0], [0, 0, 0]])).tolist() == [3, 1, 1]
