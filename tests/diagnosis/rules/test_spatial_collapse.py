"""Maps with too few numbers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.spatial_collapse import RULE

PICTURES, TEN = torch.randn(96, 1, 8, 8), torch.randint(0, 10, (96,))


def stack(channels: int, stride: int, *more: nn.Module) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before in (1, channels, channels):
        layers += [nn.Conv2d(before, channels, 3, stride=stride, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, *more, nn.Flatten(), nn.LazyLinear(10))


def made(network: nn.Module) -> nn.Module:
    network(PICTURES[:2])
    return network


def test_fewer_numbers_than_classes_are_found(examined: Any) -> None:
    verdict = examined(RULE, made(stack(2, 2)), nn.CrossEntropyLoss(), PICTURES, TEN)
    assert "down to 1x1 with 2 channels: 2 numbers for 10 classes" in verdict.measured
    pooled = stack(4, 1, nn.MaxPool2d(2), nn.MaxPool2d(4))
    assert "4 numbers for 10 classes" in examined(RULE, made(pooled), nn.CrossEntropyLoss(), PICTURES, TEN).measured
    pooled = stack(4, 1, nn.MaxPool2d(4), nn.MaxPool2d(2, padding=1))
    assert examined(RULE, made(pooled), nn.CrossEntropyLoss(), PICTURES, TEN) is None  # 4 channels, 2x2


class Shared(nn.Module):
    """One convolution that is used three times."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again, self.head = nn.Conv2d(1, 2, 3, 2, 1), nn.Conv2d(2, 2, 3, 2, 1), nn.Linear(2, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(self.again(self.again(self.first(x).relu()).relu()).flatten(1))
        return out


def test_a_layer_may_be_used_twice(examined: Any) -> None:
    assert examined(RULE, Shared(), nn.CrossEntropyLoss(), PICTURES, TEN).layer == "again"


@pytest.mark.parametrize(
    "network", [stack(16, 1), stack(16, 2), stack(32, 2, nn.AdaptiveAvgPool2d(1)), stack(4, 1, nn.AvgPool2d(8))]
)
def test_other_networks_are_left_alone(examined: Any, network: nn.Module) -> None:
    assert examined(RULE, made(network), nn.CrossEntropyLoss(), PICTURES, TEN) is None
