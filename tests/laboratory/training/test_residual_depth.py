from __future__ import annotations

import pytest

from pellucid.laboratory.training.residual_depth import ResidualDepth


@pytest.mark.knowledge("G9")
def test_depth_harms_the_plain_network_only() -> None:
    result = ResidualDepth(steps=30).run()
    assert result["plain"][-1, -1] > result["plain"][0, -1]
    assert result["residual"][-1, -1] < result["residual"][0, -1]
