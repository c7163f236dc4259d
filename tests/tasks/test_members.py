"""Joining the members of an ensemble."""

from __future__ import annotations

import math

import pytest
import torch

from pellucid.tasks.members import mean_of_classes, mean_of_labels, mean_of_numbers, mean_of_rates


def members(*logits: float) -> torch.Tensor:
    return torch.tensor(logits, dtype=torch.float64).reshape(1, -1, 1)  # (1, e, 1)


def test_numbers_and_rates_are_averaged_in_their_own_units() -> None:
    assert mean_of_numbers(members(1, 3)).item() == 2
    assert mean_of_rates(members(math.log(2), math.log(4))).item() == pytest.approx(math.log(3))


def test_probabilities_next_to_0_and_1_keep_their_digits() -> None:
    # (sigmoid(a) + sigmoid(b)) / 2 with a = b: unchanged, where probabilities would have been rounded to 0 or 1
    for logit in (-500.0, -40.0, 40.0, 500.0):
        assert mean_of_labels(members(logit, logit)).item() == pytest.approx(logit, rel=1e-12)
    assert mean_of_rates(members(900, 900)).item() == pytest.approx(900)


def test_classes_become_log_probabilities() -> None:
    logits = torch.tensor([[[0.0, 0.0], [0.0, math.log(3)]]])  # probabilities (1/2, 1/2) and (1/4, 3/4)
    torch.testing.assert_close(mean_of_classes(logits).exp(), torch.tensor([[3 / 8, 5 / 8]]))
