"""Counts whose variance exceeds their mean."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.objectives import NegativeBinomialObjective
from pellucid.tasks.task import Target


def counts(values: np.ndarray) -> Target:
    return Target(name="y", kind="number", values=values.astype(np.float64))


def test_training_starts_at_the_dispersion_by_moments() -> None:
    values = np.array([0.0, 0, 0, 8])  # by hand: mean 2, variance 12: alpha = (12 - 2) / 4
    task = NegativeBinomial(targets=("y",)).fitted([counts(values)])
    assert task.dispersion == pytest.approx(2.5)
    objective = task.objective()
    assert isinstance(objective, NegativeBinomialObjective)
    assert objective.dispersion == pytest.approx(2.5)


def test_counts_that_vary_less_than_poissons_start_at_a_small_dispersion() -> None:
    task = NegativeBinomial(targets=("y",)).fitted([counts(np.array([2.0, 2, 2, 3]))])
    assert 0 < task.dispersion < 0.1


def test_what_the_objective_learnt_is_read_back() -> None:
    task = NegativeBinomial(targets=("y",))
    objective = task.objective()
    assert isinstance(objective, NegativeBinomialObjective)
    with torch.no_grad():
        objective.log_dispersion.fill_(np.log(0.25))
    assert task.learnt(objective).dispersion == pytest.approx(0.25)


def test_the_dispersion_is_kept_where_float32_can_tell_it_from_poisson() -> None:
    objective = NegativeBinomialObjective(1.0)
    with torch.no_grad():
        objective.log_dispersion.fill_(-50.0)
    loss = objective(torch.zeros(3, 1), torch.ones(3, 1))
    assert objective.dispersion == pytest.approx(1e-4)
    assert loss.item() == pytest.approx(1, abs=0.05)  # Poisson's exp(0) - 1 * 0
