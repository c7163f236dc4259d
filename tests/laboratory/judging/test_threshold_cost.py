from __future__ import annotations

import pytest

from pellucid.laboratory.judging.threshold_cost import ThresholdCost


@pytest.mark.knowledge("I")
@pytest.mark.parametrize(("miss", "alarm", "rule"), [(1.0, 1.0, 0.5), (4.0, 1.0, 0.2), (1.0, 3.0, 0.75)])
def test_the_rule_by_hand(miss: float, alarm: float, rule: float) -> None:
    result = ThresholdCost(miss=miss, alarm=alarm, n=40_000).run()
    assert result["rule"] == pytest.approx(rule)
    assert result["cheapest"] == pytest.approx(rule, abs=0.08)


def test_probabilities_that_are_too_sure_break_the_rule() -> None:
    result = ThresholdCost(sureness=3.0).run()
    assert not result.claims[0].holds or not result.claims[2].holds
