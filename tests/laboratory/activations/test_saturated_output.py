from __future__ import annotations

import pytest

from pellucid.laboratory.activations.saturated_output import SaturatedOutput


@pytest.mark.knowledge("E1")
def test_gradients_where_the_output_is_confidently_wrong() -> None:
    result = SaturatedOutput(start=-8.0, cap=10).run()
    # By hand: p = sigmoid(-8) = 3.3535e-4; 2 (1 - p) p (1 - p) = 6.7025e-4; 1 - p = 0.99966.
    assert result["gradient of squared error"] == pytest.approx(6.7025e-4, rel=1e-4)
    assert result["gradient of cross-entropy"] == pytest.approx(0.99966, rel=1e-4)


def test_the_cap_ends_a_walk_that_does_not_arrive() -> None:
    assert SaturatedOutput(cap=10).run()["steps of squared error"] == 10
