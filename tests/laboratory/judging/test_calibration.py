from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from pellucid.laboratory.judging.calibration import Calibration


@pytest.mark.knowledge("I")
def test_the_temperature_is_the_one_of_least_log_loss() -> None:
    result = Calibration().run()
    generator = np.random.default_rng(0)  # as the experiment draws them
    z = generator.normal(0, 1.5, 6000)
    y = (generator.random(6000) < 1 / (1 + np.exp(-z)))[:3000]
    best = minimize_scalar(lambda T: np.mean(np.logaddexp(0, np.where(y, -3, 3) * z[:3000] / T)), bounds=(1, 9))
    assert result["temperature"] == pytest.approx(best.x, rel=0.03)  # the grid's step


def test_timid_models_get_a_temperature_below_one() -> None:
    assert Calibration(sureness=0.3).run()["temperature"] < 0.5
