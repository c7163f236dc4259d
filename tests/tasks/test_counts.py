"""What Poisson and negative binomial share."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_poisson_deviance

from pellucid.foundation.errors import DataError
from pellucid.tasks.counts import counts_of, training_counts
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.task import Target

TASK = Poisson(targets=("visits",))


def visits(*values: float) -> Target:
    return Target(name="visits", kind="number", values=np.array(values))


@pytest.mark.parametrize("wrong", [-1.0, 1.5])
def test_what_is_no_count_is_refused_with_its_row(wrong: float) -> None:
    with pytest.raises(
        DataError, match=f"expected counts 0, 1, 2, … in visits, got {wrong:g} in row 2: .* --task regression"
    ):
        counts_of(visits(1, wrong))


def test_a_training_part_of_zeros_is_refused() -> None:
    with pytest.raises(DataError, match="expected at least one visits above 0 in the training part, got zeros only"):
        training_counts(visits(0, 0))


def test_the_initial_logit_is_the_log_of_events_over_exposure() -> None:
    encoded, offset = TASK.encode([visits(2, 4)]), np.log([1.0, 2.0])
    np.testing.assert_allclose(TASK.initial_logits(encoded), [np.log(3)], rtol=1e-6)
    np.testing.assert_allclose(TASK.initial_logits(encoded, offset), [np.log(2)], rtol=1e-6)
    assert np.isfinite(TASK.initial_logits(np.zeros((4, 1), dtype=np.float32))).all()


def test_the_exposure_multiplies_the_prediction() -> None:
    (prediction,) = TASK.predict(np.log([[2.0], [2.0]]), np.log([1.0, 10.0]))
    np.testing.assert_allclose(prediction.values.astype(float), [2, 20], rtol=1e-12)


def test_predicted_rates_stay_below_twice_the_highest_seen() -> None:
    plain = TASK.fitted([visits(0, 3)])
    assert plain.predict(np.array([[100.0]]))[0].values[0] == pytest.approx(6)
    rates = TASK.fitted([visits(0, 3)], np.log([1.0, 10.0]))
    assert rates.predict(np.array([[100.0]]), np.log([10.0]))[0].values[0] == pytest.approx(6)


def test_the_objective_adds_the_offset_for_one_network_and_for_members() -> None:
    objective, targets, offset = TASK.objective(), torch.tensor([[2.0], [4.0]]), torch.tensor([0.5, -0.5])
    logits = torch.tensor([[0.1], [0.2]])
    moved = objective(logits + offset[:, None], targets)
    assert objective(logits, targets, offset).item() == pytest.approx(moved.item())
    assert objective(logits[:, None].expand(-1, 3, -1), targets, offset).item() == pytest.approx(moved.item())


def test_the_monitor_is_the_mean_poisson_deviance() -> None:  # as scikit-learn's mean_poisson_deviance
    logits, targets, offset = (
        torch.tensor([[0.3], [1.2], [-1.0]]),
        torch.tensor([[0.0], [5.0], [1.0]]),
        torch.tensor([0.0, 0.5, 1]),
    )
    means = (logits[:, 0] + offset).double().exp().numpy()
    wanted = mean_poisson_deviance([0, 5, 1], means)
    assert TASK.monitor(logits, targets, offset) == {"deviance": pytest.approx(wanted, rel=1e-6)}


def test_the_negative_binomial_deviance_is_0_at_the_truth_and_poissons_without_dispersion() -> None:
    targets, logits = torch.tensor([[1.0], [5.0]]), torch.tensor([[0.5], [1.0]])
    truth = targets.log()
    assert NegativeBinomial(targets=("visits",)).monitor(truth, targets)["deviance"] == pytest.approx(0, abs=1e-6)
    nearly = NegativeBinomial(targets=("visits",), dispersion=1e-6).monitor(logits, targets)
    assert nearly == pytest.approx(TASK.monitor(logits, targets), rel=1e-4)
