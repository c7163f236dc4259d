"""Nine tenths dropped, and a fifth."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.dropout_too_high import RULE


@pytest.mark.parametrize(("p", "found"), [(0.95, ["dropout_too_high"]), (0.5, []), (0.2, [])])
def test_only_much_dropout_is_found(watched: Any, p: float, found: list[str]) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Dropout(p), nn.Linear(32, 2))
    assert [one.cause for one in watched(network, epochs=20, rules=(RULE,)).findings] == found
