"""Pictures and sequences that were cut up by a view; those in order, and noise, are left alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.view_instead_of_permute import measure


class Picture(nn.Module):
    def __init__(self, arrange: Any) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.arrange, self.conv, self.head = arrange, nn.Conv2d(3, 4, 3), nn.Linear(4 * 36, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(self.arrange(x)).flatten(1))


def colours() -> Tensor:
    """Smooth pictures (n, 3, 8, 8): a plane of its own slope and level in each channel."""
    torch.manual_seed(0)
    ramp = torch.linspace(0, 1, 8)
    plane = ramp[:, None] * torch.rand(64, 3, 1, 1) + ramp[None, :] * torch.rand(64, 3, 1, 1)
    return plane + torch.tensor([0.0, 2.0, 4.0])[None, :, None, None]


LABELS = torch.randint(0, 2, (64,), generator=torch.Generator().manual_seed(0))


def test_a_view_in_the_network(gathered: Any) -> None:
    rows = colours().permute(0, 2, 3, 1).contiguous()
    wrong = gathered(Picture(lambda x: x.view(-1, 3, 8, 8)), nn.CrossEntropyLoss(), (rows, LABELS))
    right = gathered(Picture(lambda x: x.permute(0, 3, 1, 2)), nn.CrossEntropyLoss(), (rows, LABELS))
    verdict = measure(wrong)
    assert verdict is not None
    assert verdict.remedy == "permute(0, 3, 1, 2) in the place of view(64, 3, 8, 8)"
    assert measure(right) is None


def test_a_view_before_the_network(gathered: Any) -> None:
    scrambled = colours().permute(0, 2, 3, 1).reshape(64, 3, 8, 8)
    loss = nn.CrossEntropyLoss()
    assert measure(gathered(Picture(lambda x: x), loss, (scrambled, LABELS))) is not None
    assert measure(gathered(Picture(lambda x: x), loss, (colours(), LABELS))) is None
    assert measure(gathered(Picture(lambda x: x), loss, (torch.randn(64, 3, 8, 8), LABELS))) is None


def test_sequences(gathered: Any) -> None:
    class Reader(nn.Module):
        def __init__(self, features: int) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.gru, self.head = nn.GRU(features, 4, batch_first=True), nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.gru(x)[1][-1])

    time = torch.linspace(0, 6, 20)
    waves = torch.sin(time[None, None] + 6 * torch.rand(64, 4, 1)) * torch.tensor([1.0, 9, 1, 9])[None, :, None]
    loss = nn.CrossEntropyLoss()
    assert measure(gathered(Reader(4), loss, (waves.reshape(64, 20, 4), LABELS))) is not None
    assert measure(gathered(Reader(4), loss, (waves.transpose(1, 2), LABELS))) is None
    assert measure(gathered(Reader(1), loss, (waves[:, :1].transpose(1, 2), LABELS))) is None


def test_silent_where_nothing_can_be_said(gathered: Any) -> None:
    flat = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
    assert measure(gathered(flat, nn.CrossEntropyLoss(), (colours(), LABELS))) is None
    assert measure(gathered(nn.Linear(4, 2), nn.CrossEntropyLoss(), (torch.randn(64, 4), LABELS))) is None
    evidence = gathered(flat, nn.CrossEntropyLoss(), (colours(), LABELS))
    evidence.contract = None
    assert measure(evidence) is None
