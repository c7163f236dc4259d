from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.activations.tanh_or_sigmoid import TanhOrSigmoid


@pytest.mark.knowledge("E1", "E2")
def test_tanh_is_faster_at_a_common_rate_and_at_the_best_ones() -> None:
    for rates in ((1.0,), (0.3, 1.0, 3.0)):
        result = TanhOrSigmoid(rates=rates).run()
        assert np.median(result["epochs of tanh"]) < np.median(result["epochs of sigmoid"])


def test_a_start_already_below_the_target_needs_no_epoch() -> None:
    result = TanhOrSigmoid(target=0.69, epochs=10, starts=2, rates=(0.001,)).run()
    # 10 epochs at rate 0.001 change nothing to speak of: either there from the first epoch, or counted as the cap.
    assert set(result["epochs of tanh"].tolist()) <= {0, 10}
    assert "more than 10" in str(result.tables[0].rows) or "0" in str(result.tables[0].rows)
