"""One unit for a ring, and thirty-two."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.examples import Examples
from pellucid.diagnosis.rules.capacity_too_small import RULE, _table


@pytest.mark.parametrize(("units", "found"), [(1, ["capacity_too_small"]), (32, [])])
def test_one_unit_cannot_bend_around_a_ring(watched: Any, dense: Any, rings: Any, units: int, found: list[str]) -> None:
    doctor = watched(
        dense(2, units, 2), data=rings(512), validation=rings(200, seed=1), epochs=30, rules=(RULE,)
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found


@pytest.mark.parametrize(("units", "found"), [(1, ["capacity_too_small"]), (4, [])])
def test_without_validation_rows_half_of_the_others_stand_in(
    watched: Any, dense: Any, rings: Any, units: int, found: list[str]
) -> None:
    doctor = watched(dense(2, units, 2), data=rings(512), epochs=30, rules=(RULE,))
    assert [one.cause for one in doctor.findings] == found


class ByHand(nn.Module):
    """One hidden unit whose weights are the program's own: no copy can be made wider."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.last = nn.Parameter(torch.randn(2, 1)), nn.Parameter(torch.randn(1, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x @ self.first) @ self.last


def test_where_no_copy_can_be_wider_nearest_neighbours_are_asked(watched: Any, rings: Any) -> None:
    doctor = watched(ByHand(), data=rings(512), validation=rings(200, seed=1), epochs=60, rules=(RULE,))
    assert "nearest neighbours reach" in doctor.findings[0].measured


def test_inputs_that_are_not_finite_are_nothing_to_compare() -> None:
    x, y = torch.randn(40, 2), torch.zeros(40).long()
    assert _table(Examples((x,), y)) is not None
    x[3, 1] = math.nan
    assert _table(Examples((x,), y)) is None


@pytest.mark.parametrize(("waist", "found"), [(1, ["capacity_too_small"]), (2, [])])
def test_nothing_is_rebuilt_from_one_number(watched: Any, dense: Any, waist: int, found: list[str]) -> None:
    """Eight columns of three causes; a waist of two is for pictures, and left alone."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(600, 3, generator=draw) @ torch.randn(3, 8, generator=draw)
    doctor = watched(
        dense(8, 24, waist, 24, 8), data=(x[:400], x[:400]), validation=(x[400:], x[400:]), epochs=20,
        loss_fn=nn.MSELoss(), rules=(RULE,),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
