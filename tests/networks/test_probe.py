"""The probe finds a network that does not fit before the first step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.probe import probe, zero_inputs

SPEC = InputSpec(kind="table", examples=9, numbers=3)


class Squeezed(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum(dim=1)


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


class Members(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[:, None].expand(-1, 4, -1)


@pytest.mark.parametrize(
    ("network", "outputs", "message"),
    [
        (nn.Linear(3, 2), 1, r"shape \(n, o\) = \(2, 1\), got \(2, 2\): set the last layer to 1 unit$"),
        (nn.Linear(3, 2), 5, r"shape \(n, o\) = \(2, 5\), got \(2, 2\): set the last layer to 5 units$"),
        (Squeezed(), 1, r"shape \(n, o\) = \(2, 1\), got \(2,\): set the last layer to 1 unit$"),
        (Pair(), 3, r"got a tuple: return one tensor from forward"),
        (nn.Linear(7, 3), 3, r"take inputs of shape \(2, 3\), got RuntimeError .*: make its first layer"),
    ],
)
def test_misfits_get_a_sentence(network: nn.Module, outputs: int, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        probe(network, zero_inputs(SPEC), outputs)


def test_members_pass() -> None:
    probe(Members(), zero_inputs(SPEC), 3)


def test_nothing_is_changed() -> None:
    network = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Dropout())
    network[1].eval()  # somebody froze it
    before = {name: value.clone() for name, value in network.state_dict().items()}
    probe(network, zero_inputs(SPEC), 3)
    assert [module.training for module in network] == [True, False, True]
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
