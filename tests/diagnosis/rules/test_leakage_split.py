"""Validation rows that are training rows, all, some, or nearly; and data in which copies are natural."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.overlapping import flattery, windows_share
from pellucid.diagnosis.parts import Sides, copies
from pellucid.diagnosis.rules.leakage_split import measure, measure_all


def of(gathered: Any, train: Any, held: Any) -> Any:
    return gathered(nn.Linear(train[0].shape[1], 3), nn.CrossEntropyLoss(), train, held)


def mixed(clouds: Any, count: int, noise: float = 0.0) -> Any:
    (x, y), (held_x, held_y) = clouds(), clouds(100, seed=1)
    held_x, held_y = torch.cat([held_x, x[:count] + noise * torch.randn(count, 6)]), torch.cat([held_y, y[:count]])
    return (x, y), (held_x, held_y)


def test_copies(gathered: Any, clouds: Any) -> None:
    verdict = measure(of(gathered, *mixed(clouds, 25)))
    assert verdict is not None
    assert verdict.measured == "25 of 125 validation rows (20%) are training rows"
    assert measure(of(gathered, *mixed(clouds, 0))) is None
    assert measure(of(gathered, *mixed(clouds, 3))) is None  # 3 %


def test_nearly_copies(gathered: Any, clouds: Any) -> None:
    torch.manual_seed(0)
    assert measure(of(gathered, *mixed(clouds, 25, noise=1e-4))) is not None
    assert measure(of(gathered, *mixed(clouds, 25, noise=1.0))) is None


def test_rows_copied_before_the_split(gathered: Any, clouds: Any) -> None:
    """Many training rows have copies too, but continuous numbers are never equal by chance."""
    x, y = clouds()
    x, y = torch.cat([x, x]), torch.cat([y, y])
    order = torch.randperm(480, generator=torch.Generator().manual_seed(0))
    train, held = order[:380], order[380:]
    assert measure(of(gathered, (x[train], y[train]), (x[held], y[held]))) is not None


def test_few_different_rows(gathered: Any) -> None:
    xor = torch.tensor([[0.0, 0.0], [0, 1], [1, 0], [1, 1]]).repeat(50, 1)
    evidence = of(gathered, (xor, xor[:, 0].long()), (xor[:40], xor[:40, 0].long()))
    assert measure(evidence) is None
    assert measure_all(evidence) is None


def test_all(gathered: Any, clouds: Any) -> None:
    evidence = of(gathered, clouds(), clouds())
    assert measure(evidence) is None
    assert measure_all(evidence) is not None
    assert measure_all(of(gathered, *mixed(clouds, 25))) is None
    none = of(gathered, clouds(), None)
    assert measure(none) is None
    assert measure_all(none) is None


def test_varied_copies_in_both_parts(gathered: Any) -> None:
    """Three readings of each row with a tenth of noise, then split; kept in training they are no leak."""
    torch.manual_seed(0)
    rows, y = torch.randn(300, 8), torch.arange(300) % 3
    many = torch.cat([rows + 0.05 * torch.randn(300, 8) for _ in range(3)])
    order = torch.randperm(900)
    train, held = order[:700], order[700:]
    verdict = measure(of(gathered, (many[train], y.repeat(3)[train]), (many[held], y.repeat(3)[held])))
    assert verdict is not None
    assert "copied with some variation" in verdict.measured
    assert measure(of(gathered, (many, y.repeat(3)), (torch.randn(200, 8), torch.arange(200) % 3))) is None


def test_windows_of_one_series(gathered: Any) -> None:
    """Levels drawn anew for every 40 numbers: neighbours know a window's answer, and no other window does."""
    torch.manual_seed(0)
    series = torch.randn(1600)
    windows = series.unfold(0, 12, 1)[:, :, None]
    level = torch.randint(0, 2, (40,)).repeat_interleave(40)[: len(windows)]
    order = torch.randperm(len(windows))
    x, y = windows[order], level[order]
    network, loss_fn = nn.Sequential(nn.Flatten(), nn.Linear(12, 2)), nn.CrossEntropyLoss()
    easy = gathered(
        network, loss_fn, (x[:1200], (x[:1200, -1, 0] > 0).long()), (x[1200:], (x[1200:, -1, 0] > 0).long())
    )
    assert windows_share(x[:1200], x[1200:]) > 0.9
    assert measure(easy) is None  # overlapping windows that tell nothing more
    drift = series.cumsum(0) / 4
    x = drift.unfold(0, 12, 1)[:, :, None][order]
    found = flattery(gathered(network, loss_fn, (x[:1200], y[:1200]), (x[1200:], y[1200:])))
    assert found is not None
    assert found[0] > found[1] + 0.1
    verdict = measure(gathered(network, loss_fn, (x[:1200], y[:1200]), (x[1200:], y[1200:])))
    assert verdict is not None
    assert "overlapping windows" in verdict.measured
    in_time = drift.unfold(0, 12, 1)[:, :, None]
    assert measure(gathered(network, loss_fn, (in_time[:1200], level[:1200]), (in_time[1212:], level[1212:]))) is None


def test_rows_of_zeros_are_no_copies() -> None:
    rows = torch.cat([torch.zeros(5, 3), torch.eye(3)])
    assert copies(Sides(train=rows, held=torch.zeros(4, 3))) == (0.0, 0.0, 3)


def test_what_no_windows_are(gathered: Any) -> None:
    assert windows_share(torch.zeros(40, 12), torch.zeros(20, 12)) == 0.0
    assert windows_share(torch.randn(40, 3, 8, 8), torch.randn(20, 3, 8, 8)) == 0.0
    assert windows_share(torch.randn(40, 6), torch.randn(20, 6)) == 0.0
