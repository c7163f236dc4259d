"""A training that is stopped in the middle of its fall, and one that has arrived."""

from __future__ import annotations

from typing import Any

import torch

from pellucid.diagnosis.rules.under_trained import RULE


def test_three_epochs_are_too_few_and_forty_are_not(watched: Any, dense: Any) -> None:
    few = watched(dense(2, 32, 2), epochs=3, optimizer=lambda some: torch.optim.Adam(some, lr=2e-3), rules=(RULE,))
    many = watched(dense(2, 32, 2), epochs=60, rules=(RULE,))
    assert [one.cause for one in few.findings] == ["under_trained"]
    assert "a copy that went on" in few.findings[0].proof
    assert many.findings == ()
