"""Linear layers in a row."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.missing_nonlinearity import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def test_linear_layers_in_a_row_are_found(examined: Any) -> None:
    network = nn.Sequential(nn.Linear(6, 16), nn.Dropout(0.1), nn.Linear(16, 16), nn.Linear(16, 3), nn.LogSoftmax(1))
    assert "the 3 layers" in examined(RULE, network, nn.NLLLoss(), X, CLASSES).measured
    pictures = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 3))
    assert examined(RULE, pictures, nn.CrossEntropyLoss(), torch.randn(96, 1, 6, 6), CLASSES) is not None


@pytest.mark.parametrize(
    ("network", "y"),
    [
        (nn.Linear(6, 3), X[:, :3]),
        (nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3)), X[:, :3]),
        (nn.Sequential(nn.Linear(6, 2), nn.Linear(2, 3)), X[:, :3]),  # of rank 2 on purpose
        (nn.Sequential(nn.Linear(6, 8), nn.Linear(8, 6)), X),  # rebuilds its inputs
    ],
)
def test_other_networks_are_left_alone(examined: Any, network: nn.Module, y: torch.Tensor) -> None:
    assert examined(RULE, network, nn.MSELoss(), X, y) is None


class Twice(nn.Module):
    """One layer that is used twice, on rows of two numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.head = nn.Linear(6, 6), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(self.layer(self.layer(x)))
        return out


def test_a_layer_may_be_used_twice(examined: Any) -> None:
    assert "(layer, layer, head)" in examined(RULE, Twice(), nn.CrossEntropyLoss(), X, CLASSES).measured


class Own(nn.Module):
    """An activation that no table knows."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(6, 16), nn.Linear(16, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.first(x)
        out: torch.Tensor = self.second(hidden * (hidden > 0))
        return out


def test_an_activation_of_ones_own_is_left_alone(examined: Any) -> None:
    assert examined(RULE, Own(), nn.CrossEntropyLoss(), X, CLASSES) is None


def test_numbers_of_words_are_left_alone(examined: Any) -> None:
    words = nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(8, 3))
    assert examined(RULE, words, nn.CrossEntropyLoss(), torch.randint(0, 9, (96, 2)), CLASSES) is None


class Tokens(nn.Module):
    """Embeddings, summed up, and two layers."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.embedding, self.first, self.last = nn.Embedding(20, 8), nn.Linear(8, 16), nn.Linear(16, 3)
        self.activation = activation

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.last(self.activation(self.first(self.embedding(tokens).sum(1))))
        return out


def test_behind_embeddings_their_outputs_are_mixed(examined: Any) -> None:
    tokens = torch.randint(0, 20, (96, 5), generator=torch.Generator().manual_seed(0))
    assert examined(RULE, Tokens(nn.Identity()), nn.CrossEntropyLoss(), tokens, CLASSES) is not None
    assert examined(RULE, Tokens(nn.Softsign()), nn.CrossEntropyLoss(), tokens, CLASSES) is None


class Pushed(nn.Module):
    """A state that the same layer pushes on, a linear system on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.push, self.head = nn.Linear(6, 6), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for _ in range(10):
            x = self.push(x)
        out: torch.Tensor = self.head(x)
        return out


def test_recurrences_are_left_alone(examined: Any) -> None:
    assert examined(RULE, Pushed(), nn.CrossEntropyLoss(), X, CLASSES) is None
