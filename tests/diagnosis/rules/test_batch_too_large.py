"""All rows in a batch, for a few epochs."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.diagnosis.rules.batch_too_large import RULE


@pytest.mark.parametrize(("size", "found"), [(256, ["batch_too_large"]), (32, [])])
def test_only_the_large_batch_is_found(watched: Any, dense: Any, size: int, found: list[str]) -> None:
    doctor = watched(dense(2, 32, 2), batch_size=size, epochs=8, rules=(RULE,))
    assert [one.cause for one in doctor.findings] == found
