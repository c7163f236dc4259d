"""Decay that holds the weights at 0, and decay that does not."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.diagnosis.rules.weight_decay_too_high import RULE


@pytest.mark.parametrize(("decay", "found"), [(0.5, ["weight_decay_too_high"]), (1e-4, []), (0.0, [])])
def test_only_strong_decay_is_found(watched: Any, dense: Any, decay: float, found: list[str]) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,), optimizer=lambda some: torch.optim.Adam(some, lr=0.01, weight_decay=decay)
    )
    assert [one.cause for one in doctor.findings] == found
