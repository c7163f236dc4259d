"""Schedules that decay within a few steps, and schedules that last."""

from __future__ import annotations

from typing import Any

import torch

from pellucid.diagnosis.rules.scheduler_kills_lr import RULE


def test_halving_at_every_step_is_found(watched: Any, dense: Any) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,),
        scheduler=lambda one: torch.optim.lr_scheduler.ExponentialLR(one, gamma=0.5),
    )  # fmt: skip
    (finding,) = doctor.findings
    assert finding.cause == "scheduler_kills_lr"
    assert finding.step is not None
    assert finding.step >= 8  # 0.5^7 is the first power below 1/100: the eighth step


def test_a_cosine_over_the_whole_training_is_not(watched: Any, dense: Any) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,), epochs=20,
        scheduler=lambda one: torch.optim.lr_scheduler.CosineAnnealingLR(one, T_max=160),
    )  # fmt: skip
    assert doctor.findings == ()
