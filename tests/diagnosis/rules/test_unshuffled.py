"""Rows sorted by class, or by the target, that are not shuffled."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from pellucid.diagnosis.rules.unshuffled import measure


def loader(x: Any, y: Any, *, shuffle: bool) -> Any:
    return DataLoader(TensorDataset(x, y), 32, shuffle=shuffle, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("sort", [True, False])
def test_classes(gathered: Any, clouds: Any, shuffle: bool, sort: bool) -> None:
    x, y = clouds(600)
    order = y.argsort() if sort else torch.arange(600)
    verdict = measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader(x[order], y[order], shuffle=shuffle)))
    assert (verdict is not None) is (sort and not shuffle)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("sort", [True, False])
def test_a_rare_class_at_the_end(gathered: Any, shuffle: bool, sort: bool) -> None:
    """The first 8 batches hold the common class only; in any other order that is chance."""
    torch.manual_seed(0)
    y = (torch.rand(1500) < 0.03).long()
    y = y.sort().values if sort else y
    data = loader(torch.randn(1500, 3), y, shuffle=shuffle)
    assert (measure(gathered(nn.Linear(3, 2), nn.CrossEntropyLoss(), data)) is not None) is (sort and not shuffle)


@pytest.mark.parametrize("shuffle", [True, False])
def test_numbers(gathered: Any, shuffle: bool) -> None:
    torch.manual_seed(0)
    y = torch.randn(400, 1)
    rising = y.sort(0).values
    network, loss = nn.Linear(2, 1), nn.MSELoss()
    found = measure(gathered(network, loss, loader(torch.randn(400, 2), rising, shuffle=shuffle)))
    assert (found is not None) is not shuffle
    assert measure(gathered(network, loss, loader(torch.randn(400, 2), y, shuffle=False))) is None
    wave = torch.sin(torch.arange(400.0) / 20)[:, None]
    assert measure(gathered(network, loss, loader(torch.randn(400, 2), wave, shuffle=False))) is None


def test_too_few_batches(gathered: Any, clouds: Any) -> None:
    x, y = clouds(64)
    order = y.argsort()
    assert measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), (x[order], y[order]))) is None
