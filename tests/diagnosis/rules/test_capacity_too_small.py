"""One unit for a ring, and thirty-two."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.diagnosis.rules.capacity_too_small import RULE


@pytest.mark.parametrize(("units", "found"), [(1, ["capacity_too_small"]), (32, [])])
def test_one_unit_cannot_bend_around_a_ring(watched: Any, dense: Any, rings: Any, units: int, found: list[str]) -> None:
    doctor = watched(
        dense(2, units, 2), data=rings(512), validation=rings(200, seed=1), epochs=30, rules=(RULE,)
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
