"""Positions: the formula, any length, odd widths."""

from __future__ import annotations

import math

import pytest
import torch

from pellucid.networks.sequences.positions import LearntPositions, SinusoidalPositions


@pytest.mark.knowledge("G12")
@pytest.mark.parametrize("width", [1, 4, 7])
def test_waves_follow_the_formula(width: int) -> None:
    found = SinusoidalPositions(width)(torch.zeros(1, width, 9))[0]
    for place in range(9):
        for feature in range(width):
            angle = place / 10_000 ** (feature // 2 * 2 / width)
            expected = math.cos(angle) if feature % 2 else math.sin(angle)
            assert found[feature, place].item() == pytest.approx(expected, abs=1e-5)


def test_waves_keep_the_type_and_are_no_weights() -> None:
    positions = SinusoidalPositions(4)
    assert positions(torch.zeros(1, 4, 3, dtype=torch.float64)).dtype == torch.float64
    assert positions.state_dict() == {}


def test_learnt_positions_are_added_from_the_first_step_on() -> None:
    positions = LearntPositions(3, longest=5, generator=torch.Generator().manual_seed(0))
    sequences = torch.ones(2, 3, 4)
    torch.testing.assert_close(positions(sequences) - sequences, positions.weight[:, :4].expand(2, 3, 4))
    drawn = LearntPositions(100, longest=50, generator=torch.Generator().manual_seed(0)).weight
    assert drawn.std().item() == pytest.approx(0.02, rel=0.05)  # BERT's; 5,000 values: error 1 %
