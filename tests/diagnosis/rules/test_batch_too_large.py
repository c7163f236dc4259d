"""All rows in a batch, for a few epochs."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.diagnosis.rules.batch_too_large import RULE


@pytest.mark.parametrize(("size", "found"), [(256, ["batch_too_large"]), (32, [])])
def test_only_the_large_batch_is_found(watched: Any, dense: Any, size: int, found: list[str]) -> None:
    doctor = watched(dense(2, 32, 2), batch_size=size, epochs=8, rules=(RULE,))
    assert [one.cause for one in doctor.findings] == found


@pytest.mark.parametrize(("size", "found"), [(1024, ["batch_too_large"]), (32, [])])
def test_most_of_the_way_is_too_little_where_small_batches_leave_a_quarter_of_the_loss(
    watched: Any, dense: Any, size: int, found: list[str]
) -> None:
    """A line that 8 large steps have found for the greater part, and 256 small ones wholly."""
    x = torch.randn(2048, 4, generator=torch.Generator().manual_seed(0))
    y = x.sum(1, keepdim=True)
    doctor = watched(
        dense(4, 32, 1), data=(x[:2000], y[:2000]), validation=(x[2000:], y[2000:]), batch_size=size, epochs=4,
        loss_fn=torch.nn.MSELoss(), rules=(RULE,),
        optimizer=lambda some: torch.optim.SGD(some, lr=0.02, momentum=0.5),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
