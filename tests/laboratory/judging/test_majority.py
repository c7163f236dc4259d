from __future__ import annotations

import pytest

from pellucid.laboratory.judging.majority import Majority


@pytest.mark.knowledge("I")
def test_a_thousand_to_a_hundred() -> None:
    result = Majority().run()
    assert result["always no"]["accuracy"] == pytest.approx(1000 / 1100)  # by hand
    assert result["a classifier"]["accuracy"] == pytest.approx((880 + 80) / 1100)
    assert result["always no"]["balanced accuracy"] == 0.5


def test_with_equal_classes_accuracy_agrees_with_the_others() -> None:
    assert not Majority(negatives=100).run().claims[0].holds
