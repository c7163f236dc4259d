from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.losses.penalty_path import PenaltyPath


@pytest.mark.knowledge("C18")
def test_objective_is_cost_plus_penalty_and_cost_the_mean_of_losses() -> None:
    result = PenaltyPath(alpha=0.2).run()
    told = dict(result.tables[0].rows)
    assert told["objective: cost + penalty"] == pytest.approx(
        told["cost: the mean of 60 losses"] + 0.2 * np.abs(result["weights"]).sum()
    )


@pytest.mark.knowledge("C18")
def test_l1_makes_exact_zeros_and_l2_none() -> None:
    result = PenaltyPath(seed=5).run()
    assert (result["l1"][-1] == 0).all()  # at alpha = 10 even the useful weights are gone
    assert (result["l2"] != 0).all()
    assert (np.diff(np.abs(result["l2"]).sum(axis=1)) < 0).all()
