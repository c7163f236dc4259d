"""Labels drawn anew for some rows, against classes that overlap."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.evidence import Look
from pellucid.diagnosis.rules.label_noise import measure, measure_after
from pellucid.diagnosis.rules.labels_misaligned import measure as misaligned


def noisy(data: Any, share: float) -> Any:
    x, y = data
    generator = torch.Generator().manual_seed(0)
    wrong = torch.rand(len(y), generator=generator) < share
    return x, torch.where(wrong, torch.randint(0, 3, (len(y),), generator=generator), y)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_noise_in_training_only(gathered: Any, clouds: Any, share: float) -> None:
    verdict = measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), noisy(clouds(500), share), clouds(200, seed=1)))
    assert (verdict is not None) is (share > 0)
    if verdict is not None:
        assert "of the validation rows" in verdict.measured


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_noise_everywhere(gathered: Any, clouds: Any, share: float) -> None:
    x, y = clouds(500)
    verdict = measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), noisy((2 * x, y), share)))
    assert (verdict is not None) is (share > 0)
    if verdict is not None:
        assert "deepest among rows of one other class" in verdict.measured


def test_silent_for_overlap_and_for_weak_signals(gathered: Any) -> None:
    torch.manual_seed(0)
    x = torch.randn(600, 4)
    weak = (torch.rand(600) < (1.5 * x[:, 0]).sigmoid()).float()[:, None]
    assert (
        measure(gathered(nn.Linear(4, 1), nn.BCEWithLogitsLoss(), (x[:400], weak[:400]), (x[400:], weak[400:]))) is None
    )


def test_silent_for_an_easier_mixture_and_for_copies(gathered: Any, clouds: Any) -> None:
    train = noisy(clouds(500), 0.5)
    x, y = clouds(300, seed=1)
    easy = gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), train, (x[y == 0], y[y == 0]))
    verdict = measure(easy)
    assert verdict is None or "of the validation rows" not in verdict.measured
    verdict = measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), train, train))
    assert verdict is None or "of the validation rows" not in verdict.measured


def test_numbers(gathered: Any) -> None:
    torch.manual_seed(0)
    x = torch.randn(600, 5)
    y = x @ torch.ones(5, 1) + 0.3 * torch.randn(600, 1)
    wrong = y.clone()
    rows = torch.rand(400) < 0.3
    wrong[:400][rows] = y[:400][rows].flip(0)
    network, loss_fn = nn.Linear(5, 1), nn.MSELoss()
    verdict = measure(gathered(network, loss_fn, (x[:400], wrong[:400]), (x[400:], y[400:])))
    assert verdict is not None
    assert "of the variance of the validation targets" in verdict.measured
    assert measure(gathered(network, loss_fn, (x[:400], y[:400]), (x[400:], y[400:]))) is None
    assert measure(gathered(network, loss_fn, (x[:400], wrong[:400]), (x[400:], 9 * y[400:]))) is None
    assert measure(gathered(network, loss_fn, (x[:400], wrong[:400]))) is None


def sure(classes: int = 3) -> nn.Linear:
    """A network that knows the clouds."""
    network = nn.Linear(6, classes)
    with torch.no_grad():
        network.weight.copy_(torch.eye(6)[:classes])
        network.bias.zero_()
    return network


def test_the_network_knows_validation_rows_better(gathered: Any, clouds: Any) -> None:
    loss_fn = nn.CrossEntropyLoss()
    verdict = measure_after(gathered(sure(), loss_fn, noisy(clouds(500), 0.5), clouds(200, seed=1)))
    assert verdict is not None
    assert "of the rows that it is trained on" in verdict.measured
    assert measure_after(gathered(sure(), loss_fn, clouds(500), clouds(200, seed=1))) is None
    assert measure_after(gathered(sure(), loss_fn, noisy(clouds(500), 0.5))) is None


def test_the_network_sees_noise_in_both(gathered: Any, clouds: Any) -> None:
    loss_fn = nn.CrossEntropyLoss()
    verdict = measure_after(gathered(sure(), loss_fn, noisy(clouds(500), 0.5), noisy(clouds(400, seed=1), 0.5)))
    assert verdict is not None
    assert "deepest" in verdict.measured
    assert measure_after(gathered(sure(), loss_fn, noisy(clouds(500), 0.5), noisy(clouds(100, seed=1), 0.5))) is None


def look(step: int, score: float, held: float) -> Look:
    return Look(
        step=step, seconds=1.0, layers=(), parameters=(), loss_training_mode=1.0, loss=1.0, validation_loss=1.0,
        score=score, validation_score=held, metric=None,
    )  # fmt: skip


def test_it_knew_them_better_before_it_learnt_by_heart(gathered: Any, clouds: Any) -> None:
    evidence = gathered(sure(), nn.CrossEntropyLoss(), clouds(500), clouds(200, seed=1))
    evidence.steps_taken = 400
    evidence.looks = [look(100, 0.55, 0.95), look(400, 0.99, 0.9)]
    verdict = measure_after(evidence)
    assert verdict is not None
    assert verdict.step == 100
    evidence.looks = [look(10, 0.55, 0.95)]
    assert measure_after(evidence) is None
    evidence.looks = [look(100, 0.2, 0.5)]
    assert measure_after(evidence) is None


def test_a_network_that_knows_no_label_is_no_witness(gathered: Any, clouds: Any) -> None:
    network = nn.Linear(6, 3)
    nn.init.zeros_(network.weight)
    x, y = clouds(400, seed=1)
    mixed = y[torch.randperm(400, generator=torch.Generator().manual_seed(0))]
    assert measure_after(gathered(network, nn.CrossEntropyLoss(), clouds(500), (x, mixed))) is None


@pytest.mark.parametrize(("train_share", "held_share"), [(0.0, 0.0), (0.08, 0.0), (0.08, 0.08)])
def test_targets_with_a_slipped_point(gathered: Any, train_share: float, held_share: float) -> None:
    torch.manual_seed(0)
    x = torch.randn(700, 4)
    y = 14 + 4 * x[:, :1] + torch.randn(700, 1)
    slipped = torch.rand(700, 1) < torch.tensor([train_share] * 500 + [held_share] * 200)[:, None]
    y = torch.where(slipped, 10 * y, y)
    evidence = gathered(nn.Linear(4, 1), nn.MSELoss(), (x[:500], y[:500]), (x[500:], y[500:]))
    verdict = measure(evidence)
    assert (verdict is not None) is (train_share > held_share)
    if verdict is not None:
        assert "interquartile ranges" in verdict.measured
    assert misaligned(evidence) is None


def test_so_many_wrong_labels_that_training_rows_say_little(gathered: Any, clouds: Any) -> None:
    x, y = clouds(800, 2)
    flipped = torch.rand(800, generator=torch.Generator().manual_seed(0)) < 0.42
    evidence = gathered(
        nn.Linear(6, 2), nn.CrossEntropyLoss(), (x, torch.where(flipped, 1 - y, y)), clouds(300, 2, seed=1)
    )
    verdict = measure(evidence)
    assert verdict is not None
    assert "of the validation rows" in verdict.measured
