"""Adam without eps jumps out of a minimum that it had reached."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.adam_eps_too_small import RULE


@pytest.mark.parametrize(("eps", "found"), [(1e-16, ["adam_eps_too_small"]), (1e-3, [])])
def test_only_a_tiny_eps_is_found(watched: Any, eps: float, found: list[str]) -> None:
    """At the exact minimum of least squares without noise the gradient is 0 up to rounding."""
    torch.manual_seed(0)
    x = torch.randn(32, 3)
    doctor = watched(
        nn.Linear(3, 1), data=(x, x @ torch.ones(3, 1)), loss_fn=nn.MSELoss(), epochs=1500, rules=(RULE,),
        optimizer=lambda some: torch.optim.Adam(some, lr=0.05, eps=eps),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found


@pytest.mark.parametrize(("eps", "found"), [(1e-16, ["adam_eps_too_small"]), (1e-8, [])])
def test_of_one_batch_every_rise_counts(watched: Any, dense: Any, eps: float, found: list[str]) -> None:
    torch.manual_seed(0)
    x = torch.randn(64, 3)
    doctor = watched(
        dense(3, 16, 1), data=(x, x.sum(1, keepdim=True) + 0.1 * torch.randn(64, 1)), loss_fn=nn.MSELoss(), epochs=600,
        batch_size=64, rules=(RULE,), optimizer=lambda some: torch.optim.Adam(some, lr=0.1, eps=eps),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
