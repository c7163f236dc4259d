"""Packing weights: views, strides, sharing, freezing, groups."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.training.vectors import ALIGNED, gradient_norm, pack, treatments


def packed(network: nn.Module, decay: float = 0.0):
    return pack(treatments(network, nn.Module(), decay), network.modules())


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_values_survive_and_gradients_arrive(sizes: list[int]) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(*(nn.Linear(before, after) for before, after in zip(sizes, [*sizes[1:], 2], strict=True)))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    x = torch.randn(4, sizes[0])
    network(x).square().sum().backward()
    gradients = [parameter.grad.clone() for parameter in network.parameters()]
    network.zero_grad()
    (vector,) = packed(network)
    assert len(vector.weights) % ALIGNED == 0
    network(x).square().sum().backward()
    for parameter, value, gradient in zip(network.parameters(), before, gradients, strict=True):
        assert torch.equal(parameter, value)
        assert torch.equal(parameter.grad, gradient)
        assert parameter.data_ptr() % 64 == 0
    assert gradient_norm([vector]) == pytest.approx(float(torch.cat([g.flatten() for g in gradients]).norm()), rel=1e-5)
    vector.weights.zero_()
    assert all(parameter.count_nonzero() == 0 for parameter in network.parameters())
    vector.unpack()
    vector.weights.fill_(1)
    assert all(parameter.count_nonzero() == 0 and parameter.grad is None for parameter in network.parameters())


def test_kernels_keep_their_memory_format_and_lose_it_on_unpacking() -> None:
    network = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
    (vector,) = packed(network)
    assert network.weight.is_contiguous(memory_format=torch.channels_last)
    assert network.weight.grad.stride() == network.weight.stride()
    vector.unpack()
    assert network.weight.is_contiguous()


def test_shared_parameters_come_once_and_frozen_ones_not_at_all() -> None:
    network = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3))
    network[1].weight = network[0].weight
    network[2].weight.requires_grad_(False)
    (vector,) = packed(network)
    assert len(vector.parameters) == 4  # the shared weight, three biases
    assert network[1].weight is network[0].weight


def test_biases_norms_and_embeddings_do_not_decay() -> None:
    network = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 3), nn.LayerNorm([2, 3]), nn.BatchNorm1d(2))
    decays = {id(one.parameter): one.decay for one in treatments(network, nn.Module(), 0.1)}
    assert [decays[id(parameter)] for parameter in network.parameters()] == [0, 0.1, 0, 0, 0, 0, 0]
    assert [vector.decay for vector in packed(network, 0.1)] == [0, 0.1]
    assert len(packed(network, 0.0)) == 1  # treated alike after all


@dataclass
class Group:
    parameters: list[nn.Parameter]
    rate_factor: float
    decay_factor: float


class Grouped(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.layer = nn.Linear(2, 2)

    def parameter_groups(self) -> list[Group]:
        return [Group([self.scale], 6.0, 0.0), Group([self.layer.bias], 0.1, 2.0)]


def test_a_network_may_say_how_its_parameters_are_treated() -> None:
    network, objective = Grouped(), nn.Linear(1, 1)
    found = {id(one.parameter): (one.rate_factor, one.decay) for one in treatments(network, objective, 0.5)}
    assert found[id(network.scale)] == (6.0, 0.0)
    assert found[id(network.layer.bias)] == (0.1, 1.0)
    assert found[id(network.layer.weight)] == (1.0, 0.5)
    assert found[id(objective.weight)] == (1.0, 0.0)


def test_what_cannot_be_trained_is_a_sentence() -> None:
    with pytest.raises(RangeError, match="network with weights to train, got none"):
        packed(nn.Linear(2, 2).requires_grad_(False))
    with pytest.raises(RangeError, match="pass sparse=False"):
        packed(nn.Embedding(3, 2, sparse=True))
