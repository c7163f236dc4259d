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


def test_one_epoch_that_leaves_four_times_the_loss_is_too_short(watched: Any, dense: Any) -> None:
    """87 % of the way are gone after 45 steps, and going on makes a quarter of what is left."""
    x = torch.randn(1600, 6, generator=torch.Generator().manual_seed(0))
    y = x.sum(1, keepdim=True)
    doctor = watched(
        dense(6, 32, 1), data=(x[:1440], y[:1440]), validation=(x[1440:], y[1440:]), epochs=1,
        loss_fn=torch.nn.MSELoss(), rules=(RULE,), optimizer=lambda some: torch.optim.Adam(some, lr=0.0042),
    )  # fmt: skip
    (finding,) = doctor.findings
    assert finding.cause == "under_trained"
