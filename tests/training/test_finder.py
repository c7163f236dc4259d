"""The learning-rate finder: its rule, its repeatability, and that it leaves everything as it was."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from pellucid.training.finder import HIGHEST, LOWEST, STEPS, find_rate
from pellucid.training.settings import TrainingSettings

SETTINGS = TrainingSettings(optimizer="sgd", device="cpu").filled()


def test_the_rate_suggested_is_a_tenth_of_where_the_loss_was_lowest(problems) -> None:
    found = find_rate(problems.dense(3, 8, 1), problems.Loss(), problems.numbers(), SETTINGS, seed=0)
    best = found.rates[found.losses.index(min(found.losses))]
    assert found.suggestion == pytest.approx(best / 10, rel=0.05)
    assert LOWEST == found.rates[0] < found.rates[-1] <= HIGHEST * (1 + 1e-9)
    assert 1e-3 < found.suggestion < 0.5  # squared error of three standardised inputs: plain descent bears 0.1, not 1
    assert found.decision().topic == "learning rate"


def test_it_repeats_itself_and_touches_nothing(problems) -> None:
    network = problems.dense(3, 8, 1, dropout=0.3)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    suggestions = [find_rate(network, problems.Loss(), problems.numbers(), SETTINGS, seed=0) for _ in range(2)]
    assert suggestions[0] == suggestions[1]
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(*pair) for pair in zip(before, network.parameters(), strict=True))
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_trial_that_never_bursts_takes_all_its_steps(problems) -> None:
    adam = replace(SETTINGS, optimizer="adam")
    found = find_rate(problems.dense(3, 1), problems.Loss("labels"), problems.numbers(), adam, seed=0)
    assert len(found.rates) <= STEPS


def test_a_network_whose_loss_is_no_number_gets_the_lowest_rate(problems) -> None:
    network = nn.Linear(3, 1)
    nn.init.constant_(network.weight, torch.nan)
    found = find_rate(network, problems.Loss(), problems.numbers(), SETTINGS, seed=0)
    assert found.suggestion == LOWEST
    assert found.rates == ()


def test_the_users_optimizer_is_tried_at_the_same_rates(problems) -> None:
    own = replace(SETTINGS, optimizer=lambda parameters: torch.optim.SGD(parameters, lr=0.3))
    mine = find_rate(problems.dense(3, 8, 1), problems.Loss(), problems.numbers(), own, seed=0)
    ours = find_rate(problems.dense(3, 8, 1), problems.Loss(), problems.numbers(), SETTINGS, seed=0)
    assert mine.suggestion == ours.suggestion
