"""Batch sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid.laboratory.optimization.batches import Batches


@pytest.mark.knowledge("D4", "D10")
def test_steps_passes_and_seconds_belong_together() -> None:
    result = Batches(seed=3).run()
    for name, per_pass in {"1": 1000, "10": 100, "100": 10, "all": 1, "online": 1000}.items():
        assert result["steps"][name] == pytest.approx(result["passes"][name] * per_pass)
        assert result["seconds"][name] == pytest.approx(result["steps"][name] * result["seconds_per_step"][name])
    assert result["steps"]["1"] > result["steps"]["10"] > result["steps"]["all"]
    assert result["noise"]["all"] == 0


@pytest.mark.knowledge("D4")
def test_the_noise_is_that_of_the_mean_of_independent_draws() -> None:
    noise = Batches(seed=1).run()["noise"]
    assert noise["1"] / noise["100"] == pytest.approx(math.sqrt(100), rel=0.15)


def test_a_target_that_is_never_reached_is_said() -> None:
    result = Batches(target=1e-3, passes=5, examples=200).run()
    assert np.isinf(result["passes"]["all"])
    assert not result.claims[0].holds or np.isfinite(result["passes"]["100"])
