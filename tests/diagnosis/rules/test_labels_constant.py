"""One label for all rows."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.labels_constant import measure


@pytest.mark.parametrize(("rows", "last", "found"), [(64, 0.0, True), (64, 1.0, False), (20, 0.0, False)])
def test_labels(gathered: Any, rows: int, last: float, found: bool) -> None:
    """A single other label is enough for silence; of 20 rows nothing is said."""
    y = torch.zeros(rows, 1)
    y[-1] = last
    held = torch.randn(10, 3), torch.arange(10.0)[:, None] % 2
    evidence = gathered(nn.Linear(3, 1), nn.BCEWithLogitsLoss(), (torch.randn(rows, 3), y), held)
    verdict = measure(evidence)
    assert (verdict is not None) is found
    if verdict is not None:
        assert verdict.measured.endswith("are 0.0; the validation targets have 2 different values")


def test_rows_of_numbers(gathered: Any) -> None:
    evidence = gathered(nn.Linear(3, 2), nn.MSELoss(), (torch.randn(64, 3), torch.ones(64, 2)))
    verdict = measure(evidence)
    assert verdict is not None
    assert verdict.measured.endswith("are the same row of numbers")
    evidence.data.train = None
    assert measure(evidence) is None
