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


@pytest.mark.parametrize(("eps", "found"), [(0.0, ["adam_eps_too_small"]), (1e-8, [])])
def test_without_eps_the_step_of_a_weight_without_a_gradient_is_no_number(
    watched: Any, eps: float, found: list[str]
) -> None:
    """Embeddings that the first batch does not name have gradient 0: their step is 0 / 0."""
    torch.manual_seed(0)
    x = torch.randint(0, 50, (128, 1))
    doctor = watched(
        nn.Sequential(nn.Embedding(50, 4), nn.Flatten(), nn.Linear(4, 1)), data=(x, (x % 2).float()),
        loss_fn=nn.MSELoss(), epochs=6, batch_size=16, rules=(RULE,),
        optimizer=lambda some: torch.optim.Adam(some, lr=0.01, eps=eps),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
    assert not found or "0 / 0" in doctor.findings[0].measured


def test_a_rate_that_blows_up_is_not_laid_to_eps(watched: Any, dense: Any) -> None:
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
    doctor = watched(
        dense(3, 8, 1), data=(x, x.sum(1, keepdim=True)), loss_fn=nn.MSELoss(), epochs=6, rules=(RULE,),
        optimizer=lambda some: torch.optim.Adam(some, lr=1e30, eps=1e-14),
    )  # fmt: skip
    assert doctor.findings == ()
