"""Labels drawn anew for some rows, against classes that overlap."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.label_noise import measure


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
