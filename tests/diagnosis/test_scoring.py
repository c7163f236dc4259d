"""Scores against scikit-learn; kinds of targets; thresholds of losses."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from sklearn.metrics import accuracy_score, r2_score
from torch import Tensor, nn

from pellucid.diagnosis.scoring import kind_of, score_of, threshold_of

OUTPUTS = torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
LABELS = torch.randint(0, 3, (40,), generator=torch.Generator().manual_seed(1))


def test_accuracy_of_classes() -> None:
    expected = accuracy_score(LABELS, OUTPUTS.argmax(1))
    one_hot = nn.functional.one_hot(LABELS, 3).float()
    assert score_of(OUTPUTS, LABELS, nn.CrossEntropyLoss()) == pytest.approx(expected)
    assert score_of(OUTPUTS, one_hot, nn.CrossEntropyLoss()) == pytest.approx(expected)


def test_r2_of_numbers() -> None:
    targets = OUTPUTS[:, :1] + 0.3 * torch.randn(40, 1, generator=torch.Generator().manual_seed(2))
    assert score_of(OUTPUTS[:, :1], targets, nn.MSELoss()) == pytest.approx(r2_score(targets, OUTPUTS[:, :1]), abs=1e-5)
    assert score_of(OUTPUTS[:, 0], targets[:, 0], nn.MSELoss()) == pytest.approx(
        r2_score(targets, OUTPUTS[:, :1]), abs=1e-5
    )
    assert score_of(OUTPUTS[:, :1], torch.full((40, 1), 2.5), nn.MSELoss()) is None  # nothing to explain


@pytest.mark.parametrize(
    ("loss_fn", "outputs"), [(nn.BCEWithLogitsLoss(), OUTPUTS[:, :1]), (nn.BCELoss(), OUTPUTS[:, :1].sigmoid())]
)
def test_yes_or_no_is_judged_at_the_threshold_of_the_loss(loss_fn: Any, outputs: Tensor) -> None:
    yes = (LABELS == 1).float()[:, None]
    expected = accuracy_score(yes[:, 0] > 0.5, OUTPUTS[:, 0] > 0)
    assert score_of(outputs, yes, loss_fn) == pytest.approx(expected)


def test_thresholds() -> None:
    assert threshold_of(OUTPUTS[:, :1], nn.BCEWithLogitsLoss()) == 0.0
    assert threshold_of(OUTPUTS[:, :1], nn.BCELoss()) == 0.5


@pytest.mark.parametrize("targets", [torch.zeros(5), "no tensor", torch.zeros(0), torch.randn(40, 2)])
def test_what_fits_nothing_has_no_kind(targets: Any) -> None:
    assert kind_of(OUTPUTS, targets) is None
    assert score_of(OUTPUTS, targets, nn.MSELoss()) is None
