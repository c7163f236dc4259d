"""Frozen, then free: what a batch norm remembers and what gradients reach."""

from __future__ import annotations

import torch
from torch import nn

from pellucid.networks.pretrained.thawing import Thawing


class Tiny(Thawing):
    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return self.features_of(numbers)


def test_frozen_features_neither_learn_nor_remember() -> None:
    network = Tiny(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), thaws=5, rate_factor=0.5).train()
    norm = network.features[1]  # type: ignore[index]
    for count, moved in ((3, False), (3, False), (3, True)):  # 3 and 6 of 5 were seen after the first two
        found = network(torch.randn(count, 2) + 4)
        assert bool(norm.running_mean.any()) == moved
        assert found.requires_grad == moved
    assert int(network.get_buffer("seen")) == 9
    assert not network.eval()(torch.randn(3, 2)).isnan().any()
    assert int(network.get_buffer("seen")) == 9


def test_without_frozen_epochs_it_learns_at_once() -> None:
    network = Tiny(nn.Linear(2, 2), thaws=0, rate_factor=0.5).train()
    assert network(torch.randn(3, 2)).requires_grad
    with torch.no_grad():
        assert not network(torch.randn(3, 2)).requires_grad
