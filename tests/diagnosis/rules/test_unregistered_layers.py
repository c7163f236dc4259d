"""Layers in plain lists."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.unregistered_layers import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


class Listed(nn.Module):
    def __init__(self, kind: Any = list, *, used: bool = True) -> None:
        super().__init__()
        self.layers, self.head, self.used = kind([nn.Linear(6, 6), nn.Linear(6, 6)]), nn.Linear(6, 3), used

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x).relu() if self.used else x + layer(x).detach()
        return self.head(x)


def test_a_plain_list_is_found(examined: Any) -> None:
    verdict = examined(RULE, Listed(), nn.CrossEntropyLoss(), X, CLASSES)
    assert verdict.measured.startswith("84 weights in layers")  # 2 (6·6 + 6)
    assert verdict.remedy.startswith("self.layers = nn.ModuleList")


def test_module_lists_teachers_and_lists_in_the_optimizer_are_left_alone(examined: Any) -> None:
    assert examined(RULE, Listed(nn.ModuleList), nn.CrossEntropyLoss(), X, CLASSES) is None
    assert examined(RULE, Listed(used=False), nn.CrossEntropyLoss(), X, CLASSES) is None
    network = Listed()
    every = [*network.parameters(), *(weight for layer in network.layers for weight in layer.parameters())]
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, optimizer=torch.optim.SGD(every, lr=0.1)) is None


class Loose(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight, self.head = torch.randn(6, 6, requires_grad=True), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head((x @ self.weight).relu())


def test_a_plain_tensor_is_found(examined: Any) -> None:
    assert "36 weights in weight" in examined(RULE, Loose(), nn.CrossEntropyLoss(), X, CLASSES).measured


class MadeAnew(nn.Module):
    """Makes a layer in each forward pass, or masks the weights of its own at random."""

    def __init__(self, *, masks: bool) -> None:
        super().__init__()
        self.first, self.second, self.masks = nn.Linear(6, 8), nn.Linear(8, 3), masks

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.masks:
            weight = self.first.weight * (torch.rand_like(self.first.weight) > 0.5)
            h = nn.functional.linear(x, weight)
        else:
            h = nn.Linear(8, 8)(self.first(x).relu())
        out: torch.Tensor = self.second(h)
        return out


def test_a_layer_made_in_forward_is_found(examined: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    verdict = examined(RULE, MadeAnew(masks=False), nn.CrossEntropyLoss(), x, x[:, :3].argmax(1))
    assert "a weight of 8 x 8 that is no parameter" in verdict.measured
    assert examined(RULE, MadeAnew(masks=True), nn.CrossEntropyLoss(), x, x[:, :3].argmax(1)) is None


class Helper:
    """No module: torch does not see its layer."""

    def __init__(self) -> None:
        self.layer = nn.Linear(6, 16)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.layer(x))


class Helped(nn.Module):
    def __init__(self, seen: bool) -> None:
        super().__init__()
        self.helper, self.head = Helper(), nn.Linear(16, 3)
        if seen:
            self.layer = self.helper.layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(self.helper(x))
        return out


def test_weights_in_an_object_that_is_no_module(examined: Any) -> None:
    x = torch.randn(64, 6)
    y = x[:, :3].argmax(1)
    found = examined(RULE, Helped(seen=False), nn.CrossEntropyLoss(), x, y)
    assert "112 weights take part in the outputs" in found.measured  # 6·16 + 16
    assert examined(RULE, Helped(seen=True), nn.CrossEntropyLoss(), x, y) is None
    network = Helped(seen=False)
    optimizer = torch.optim.SGD([*network.parameters(), *network.helper.layer.parameters()], lr=0.1)
    assert examined(RULE, network, nn.CrossEntropyLoss(), x, y, optimizer=optimizer) is None


class Noisy(nn.Module):
    """Takes a state of zeros and a matrix that it makes itself, and is never twice the same."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.head = nn.GRU(6, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.rnn(x[:, None], torch.zeros(1, len(x), 8))
        out: torch.Tensor = self.head(nn.functional.dropout(states[:, 0]) @ torch.eye(8))
        return out


def test_a_state_made_in_forward_is_left_alone(examined: Any) -> None:
    assert examined(RULE, Noisy(), nn.CrossEntropyLoss(), X, CLASSES) is None
