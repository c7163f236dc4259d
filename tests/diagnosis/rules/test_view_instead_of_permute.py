"""Pictures and sequences that were cut up by a view; those in order, and noise, are left alone."""

from __future__ import annotations

from typing import Any

import pytest
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


def test_one_smooth_channel_among_noise(gathered: Any) -> None:
    """The smoothest channel tells; and series that alternate are in order, though every third number is smoother."""
    torch.manual_seed(0)
    smooth = torch.sin(torch.linspace(0, 6, 24) + 6 * torch.rand(64, 1))
    rows = torch.stack([smooth, torch.randn(64, 24), torch.randn(64, 24)], 1)
    network = nn.Sequential(nn.Conv1d(3, 4, 3), nn.Flatten(), nn.Linear(88, 2))
    loss = nn.CrossEntropyLoss()
    assert measure(gathered(network, loss, (rows.transpose(1, 2).reshape(64, 3, 24), LABELS))) is not None
    assert measure(gathered(network, loss, (rows, LABELS))) is None
    thirds = torch.sin(2.0943951 * torch.arange(24) + 6 * torch.rand(64, 3, 1))  # a period of three places
    assert measure(gathered(network, loss, (thirds, LABELS))) is None


def test_spectra_are_in_order(gathered: Any) -> None:
    """Neighbouring features are alike and times are not: read on in memory they look like series, but for the seams."""
    torch.manual_seed(0)
    spectra = torch.linspace(0, 1, 16) * torch.randn(64, 24, 1) + 0.05 * torch.randn(64, 24, 16)
    network = nn.Sequential(nn.Linear(16, 4), nn.Flatten(), nn.Linear(96, 2))
    assert measure(gathered(network, nn.CrossEntropyLoss(), (spectra, LABELS))) is None


class Views(nn.Module):
    """One view or what should have been done instead, then a mean."""

    def __init__(self, view: Any, width: int) -> None:
        super().__init__()
        self.view, self.head = view, nn.Linear(width, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.view(x).flatten(2).mean(1))


@pytest.mark.parametrize(
    ("shape", "wrong", "right", "remedy"),
    [
        (
            (5, 4, 4),
            lambda x: x.view(-1, 16, 5),
            lambda x: x.flatten(2).transpose(1, 2),
            "flatten(2).transpose(1, 2)",
        ),
        (
            (3, 6, 5),
            lambda x: x.reshape(-1, 6, 15),
            lambda x: x.transpose(1, 2).reshape(-1, 6, 15),
            "transpose(1, 2).reshape(64, 6, 15)",
        ),
        (
            (12, 5),
            lambda x: x.view(-1, 5, 3, 4),
            lambda x: x.transpose(1, 2).reshape(-1, 5, 3, 4),
            "transpose(1, 2).reshape(64, 5, 3, 4)",
        ),
        (
            (6, 15),
            lambda x: x.view(-1, 3, 6, 5),
            lambda x: x.view(-1, 6, 3, 5).transpose(1, 2),
            "view(64, 6, 3, 5).transpose(1, 2)",
        ),
    ],
)
def test_axes_joined_or_split_and_exchanged(
    gathered: Any, shape: tuple[int, ...], wrong: Any, right: Any, remedy: str
) -> None:
    torch.manual_seed(0)
    x = torch.randn(64, *shape)
    width = wrong(x).flatten(2).shape[2]
    verdict = measure(gathered(Views(wrong, width), nn.CrossEntropyLoss(), (x, LABELS)))
    assert verdict is not None
    assert verdict.remedy.startswith(remedy)
    assert measure(gathered(Views(right, width), nn.CrossEntropyLoss(), (x, LABELS))) is None


def test_colours_with_much_noise(gathered: Any) -> None:
    torch.manual_seed(0)
    grey = torch.nn.functional.avg_pool2d(torch.randn(64, 1, 12, 12), 2, 1)[:, :, :10, :10]
    pictures = grey + 1.0 * grey.std() * torch.randn(64, 1, 10, 10) + 0.2 * torch.randn(64, 3, 10, 10)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    scrambled = pictures.permute(0, 2, 3, 1).reshape(64, 3, 10, 10)
    assert measure(gathered(network, nn.CrossEntropyLoss(), (scrambled, LABELS))) is not None
    assert measure(gathered(network, nn.CrossEntropyLoss(), (pictures, LABELS))) is None


@pytest.mark.parametrize("steps", [20, 21])
def test_a_series_of_period_2_is_in_order(gathered: Any, steps: int) -> None:
    torch.manual_seed(0)
    turns = torch.tensor([1.0, -1.0]).repeat(11)[:steps]
    series = turns[None, None] * (1 + torch.rand(64, 2, 1)) + 0.2 * torch.randn(64, 2, steps)
    network = nn.Sequential(nn.Conv1d(2, 4, 3), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 2))
    assert measure(gathered(network, nn.CrossEntropyLoss(), (series, LABELS))) is None
