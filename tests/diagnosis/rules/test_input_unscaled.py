"""Inputs that are too large or far from 0: what counts is whether scaling helps a copy."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.input_unscaled import measure


def net(outputs: int = 3, features: int = 6) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Linear(16, outputs))


def asked(gathered: Any, data: Any, *, network: Any = None, rate: float = 0.1) -> Any:
    network = network or net()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    return measure(gathered(network, nn.CrossEntropyLoss(), data, optimizer=optimizer))


def test_large_inputs(gathered: Any, clouds: Any) -> None:
    x, y = clouds()
    verdict = asked(gathered, (100 * x, y))
    assert verdict is not None
    assert "a copy trained for" in verdict.proof
    assert asked(gathered, (x, y)) is None


def test_a_normalisation_takes_the_scale_out(gathered: Any, clouds: Any) -> None:
    x, y = clouds()
    assert asked(gathered, (100 * x, y), network=nn.Sequential(nn.BatchNorm1d(6), *net())) is None
    normed = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
    assert asked(gathered, (100 * x, y), network=normed) is None


@pytest.mark.parametrize("words", ["standard deviations from 0", "standard deviations of the columns"])
def test_far_from_0_and_uneven(gathered: Any, clouds: Any, words: str) -> None:
    x, y = clouds()
    x = x + 15 if "from 0" in words else x * torch.tensor([30.0, 0.01, 1, 1, 1, 1])
    verdict = asked(gathered, (x, y), rate=0.2)
    assert verdict is not None
    assert words in verdict.measured


def test_tokens_have_no_scale(gathered: Any) -> None:
    network = nn.Sequential(nn.Embedding(500, 4), nn.Flatten(), nn.Linear(12, 3))
    tokens = torch.randint(400, 500, (96, 3))
    assert asked(gathered, (tokens, torch.arange(96) % 3), network=network) is None
