"""Columns that never vary, and those that are constant for good reasons."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.constant_feature import measure, measure_all

ROWS = 120


def beside(*values: float, columns: int = 5) -> Tensor:
    torch.manual_seed(0)
    return torch.cat([torch.randn(ROWS, columns), torch.tensor(values).expand(ROWS, -1)], 1)


@pytest.mark.parametrize(
    ("x", "found"),
    [
        (beside(5.0, 5.0), "2 of 7 columns"),
        (beside(0.0, 0.0), "2 of 7 columns"),
        (beside(0.0), None),  # below a fifth: a padding or a category that was not met
        (beside(1.0), None),  # an intercept
        (beside(2.0), "1 of 6 columns"),
        (beside(2.0, columns=60), None),  # one of many
        (torch.cat([(beside() > 1).float(), torch.zeros(ROWS, 5)], 1), None),  # sparse: absent means 0
        (beside(), None),
        (torch.ones(ROWS, 4), None),  # nothing varies: another fault
    ],
)
def test_columns(gathered: Any, x: Tensor, found: str | None) -> None:
    verdict = measure(gathered(nn.Linear(x.shape[1], 2), nn.CrossEntropyLoss(), (x, torch.arange(ROWS) % 2)))
    assert (verdict is None) if found is None else verdict is not None and verdict.measured.startswith(found)


def test_channels(gathered: Any) -> None:
    x = torch.randn(ROWS, 4, 2, 2, generator=torch.Generator().manual_seed(0))
    x[:, 3] = 0.5
    network = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    verdict = measure(gathered(network, nn.CrossEntropyLoss(), (x, torch.arange(ROWS) % 2)))
    assert verdict is not None
    assert verdict.measured.startswith("1 of 4 channels")


def test_tokens_and_scalars_are_no_features(gathered: Any) -> None:
    network = nn.Sequential(nn.Embedding(3, 2), nn.Flatten(), nn.Linear(8, 2))
    tokens = torch.zeros(ROWS, 4, dtype=torch.long)
    assert measure(gathered(network, nn.CrossEntropyLoss(), (tokens, torch.arange(ROWS) % 2))) is None
    evidence = gathered(nn.Linear(5, 2), nn.CrossEntropyLoss(), (beside(), torch.arange(ROWS) % 2))
    evidence.data.train = type(evidence.data.train)((torch.ones(ROWS),), torch.zeros(ROWS))
    assert measure(evidence) is None


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        (torch.zeros(ROWS, 6, dtype=torch.int64), torch.arange(ROWS) % 2, "all are 0"),
        (torch.arange(6).expand(ROWS, 6), torch.arange(ROWS) % 2, "begin with 0"),
        (torch.zeros(ROWS, 6, dtype=torch.int64), torch.ones(ROWS, dtype=torch.int64), None),  # nothing to be told
        (torch.arange(ROWS)[:, None] % 5, torch.arange(ROWS) % 2, None),
    ],
)
def test_equal_rows(gathered: Any, x: Tensor, y: Tensor, found: str | None) -> None:
    network = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(4 * x.shape[1], 2))
    verdict = measure_all(gathered(network, nn.CrossEntropyLoss(), (x, y)))
    assert (verdict is None) if found is None else verdict is not None and found in verdict.measured
