"""Losses that are given another form of the predictions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.wrong_loss_input import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
YES = (X[:, :1] > 0).float()


def safe(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -(y * p.clamp(1e-6, 1).log() + (1 - y) * (1 - p).clamp(1e-6, 1).log()).mean()


def test_logits_in_a_loss_of_probabilities_are_found(examined: Any, dense: Any) -> None:
    assert "takes probabilities" in examined(RULE, dense(6, 16, 1), safe, X, YES).measured
    assert examined(RULE, dense(6, 16, 1).append(nn.Sigmoid()), safe, X, YES) is None


def test_a_loop_that_never_came_to_a_step_is_told_why(examined: Any, looped: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 16, 1), nn.BCELoss(), X, YES) is None  # the loop may apply the sigmoid

    def stops(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        with pytest.raises(RuntimeError, match="between 0 and 1"):
            loss_fn(network(batches[0][0]), batches[0][1])

    def trains(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).sigmoid(), y).backward()
            optimizer.step()

    assert looped(RULE, dense(6, 16, 1), nn.BCELoss(), X, YES, stops) is not None
    assert looped(RULE, dense(6, 16, 1), nn.BCELoss(), X, YES, trains) is None


@pytest.mark.parametrize("end", [nn.Softmax(1), nn.Identity(), nn.LogSoftmax(1)])
def test_divergence_takes_logarithms(examined: Any, dense: Any, end: nn.Module) -> None:
    wanted = X[:, :3].softmax(1)
    found = examined(RULE, dense(6, 16, 3).append(end), nn.KLDivLoss(reduction="batchmean"), X, wanted)
    assert (found is None) == isinstance(end, nn.LogSoftmax)


@pytest.mark.parametrize("end", [nn.Softplus(), nn.Identity()])
def test_rates_in_a_poisson_loss_of_logarithms(examined: Any, dense: Any, end: nn.Module) -> None:
    counts = X[:, :1].exp().round()
    network = dense(6, 16, 1).append(end)
    assert (examined(RULE, network, nn.PoissonNLLLoss(), X, counts) is None) == isinstance(end, nn.Identity)
    rates = examined(RULE, network, nn.PoissonNLLLoss(log_input=False), X, counts)
    assert (rates is None) == isinstance(end, nn.Softplus)  # the logarithm of an output below 0 is NaN
