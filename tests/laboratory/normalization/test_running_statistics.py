"""The moving averages beside torch.nn.BatchNorm1d, and where they arrive."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.laboratory.normalization.running_statistics import RunningStatistics


@pytest.mark.knowledge("G7")
def test_the_averages_are_those_of_torch() -> None:
    experiment = RunningStatistics(batches=25, seed=3)
    result = experiment.run()
    x = np.random.default_rng(3).normal(experiment.mean, experiment.spread, (25, experiment.size, 1))
    module = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    for t, batch in enumerate(x):
        module(torch.tensor(batch))
        assert result["running mean"][t + 1] == pytest.approx(module.running_mean.item(), rel=1e-12)
        assert result["running variance"][t + 1] == pytest.approx(module.running_var.item(), rel=1e-12)


def test_a_smaller_momentum_needs_longer() -> None:
    # after s batches (1 - a)^s of the start remains: 0.99^20 = 0.82, 0.5^20 = 1e-6
    slow, fast = (RunningStatistics(batches=20, momentum=a).run()["running mean"][-1] for a in (0.01, 0.5))
    assert slow < 0.25 * 3.0 < 0.8 * 3.0 < fast
