"""The table of layers."""

from __future__ import annotations

import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.networks.dense import DenseConfiguration, DenseNetwork
from pellucid.networks.summary import summarise


def test_rows_hold_shapes_of_one_example_and_all_parameters() -> None:
    spec = InputSpec(kind="table", examples=100, numbers=2, levels=(20,))
    network = DenseNetwork(DenseConfiguration(hidden=(6,), members=3, frequencies=2), spec, 2, 0)
    rows = summarise(network, spec)
    assert [row.kind for row in rows] == [
        "NumberEmbedding", "LevelEmbedding", "MemberScale", "Linear", "SiLU", "MemberLinear",
    ]  # fmt: skip
    # 2 numbers beside 2 x 4 values, and 8 of the category: 18; then 3 members of each
    assert [row.shape for row in rows] == ["(10,)", "(8,)", "(3, 18)", "(3, 6)", "(3, 6)", "(3, 2)"]
    assert sum(row.parameters for row in rows) == sum(p.numel() for p in network.parameters())


def test_a_shared_layer_counts_once_and_the_network_stays_as_it_was() -> None:
    layer = nn.Linear(3, 3)
    network = nn.Sequential(layer, nn.BatchNorm1d(3), layer).double()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    rows = summarise(network, InputSpec(kind="table", examples=9, numbers=3))
    assert [row.parameters for row in rows] == [12, 6, 0]  # 3*3 + 3, scale and shift, counted already
    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
