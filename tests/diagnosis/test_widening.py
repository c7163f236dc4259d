"""Copies with wide layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.widening import narrowest, widen


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (nn.Sequential(nn.Linear(9, 2), nn.ReLU(), nn.Linear(2, 5)), (4, 9)),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(72, 5)), (4, 1, 8, 8)),
    ],
)
def test_a_widened_chain_takes_and_gives_the_same_shapes(network: nn.Module, shape: tuple[int, ...]) -> None:
    widen(network)
    assert narrowest(network) == ("0", 48)
    assert network(torch.zeros(shape)).shape == (4, 5)


def test_recurrent_layers_and_embeddings_are_widened() -> None:
    network = nn.Sequential(nn.Embedding(7, 1), nn.LSTM(1, 2, batch_first=True), nn.Linear(2, 3))
    widen(network)
    states = network[1](network[0](torch.zeros(4, 6, dtype=torch.long)))[0]
    assert network[2](states).shape == (4, 6, 3)


def test_a_single_layer_has_nothing_hidden() -> None:
    assert narrowest(nn.Linear(3, 2)) is None
