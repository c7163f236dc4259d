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


def test_what_is_only_learnt_by_heart_is_no_reason_to_go_on(watched: Any, dense: Any) -> None:
    """The labels are random: a copy that goes on falls on the rows it is trained on, and rises on the others."""
    x = torch.randn(128, 8, generator=torch.Generator().manual_seed(0))
    y = torch.randint(0, 2, (128,), generator=torch.Generator().manual_seed(1))
    assert watched(dense(8, 64, 2), data=(x, y), epochs=4, rules=(RULE,)).findings == ()
