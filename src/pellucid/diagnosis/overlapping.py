"""Windows of a series that overlap in both parts: how many, and whether they flatter a score. Needs torch."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.tables import Table, table_of
from pellucid.diagnosis.witnesses import fitted

WINDOW: Final = 16  # numbers of a window that are looked for in others; half of a shorter window
SHORTEST: Final = 4
LONGEST: Final = 256  # numbers of a training window that are looked through
ASKED: Final = 400  # validation windows that simple models are asked about
LEFT: Final = 0.3  # of the training windows must be left to answer for a validation window


def flattery(evidence: Evidence) -> tuple[float, float, float] | None:
    """Return what simple models know of validation windows, the same without overlapping windows, and how sure that is.

    The scores are accuracy or R²; the third number is their difference in standard errors. None where it cannot be
    said.
    """
    train, held = table_of(evidence), table_of(evidence, "validation")
    ours, others = evidence.data.train, evidence.data.validation
    if train is None or held is None or ours is None or others is None:
        return None
    if len(train) != len(ours) or len(held) != len(others):
        return None
    train, held = train.thinned(), held.thinned(ASKED)
    lane = _best_lane(ours.inputs[0], others.inputs[0])
    if lane is None:
        return None
    windows, asked = (_thinned(one.float(), len(part)) for one, part in zip(lane, (train, held), strict=True))
    across, inside = _overlap(asked, windows), _overlap(windows, windows)
    barred = across | ((across.float() @ inside.float()) > 0)
    if float((~barred).float().mean(1).amin()) < LEFT:
        return None
    with_them, without = fitted(train, held), fitted(train, held, barred=barred)
    gained = _errors(without.guesses, held) - _errors(with_them.guesses, held)
    error = float(gained.std()) / len(gained) ** 0.5
    return with_them.score, without.score, float(gained.mean()) / error if error else 0.0


def windows_share(train: Tensor, held: Tensor) -> float:
    """Return the share of validation windows of a series that begin with numbers of a training window.

    Only exact matches of windows of numbers that vary count: 16 of them, or half of a shorter window.

    Args:
        train: (n, t), (n, t, d) or (n, d, t).
        held: the same.

    Example:
        >>> series = torch.randn(60, generator=torch.Generator().manual_seed(0)).unfold(0, 10, 1)
        >>> windows_share(series[::2], series[1::2]), windows_share(series[:25], series[40:])
        (1.0, 0.0)
    """
    return max((_lane_share(one.float(), other.float()) for one, other in _lanes(train, held)), default=0.0)


def _lanes(train: Tensor, held: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return the first channel of both, (n, t): of either axis that may be time."""
    if train.ndim not in (2, 3) or not train.is_floating_point():
        return []
    return [(train, held)] if train.ndim == 2 else [(train[:, 0], held[:, 0]), (train[:, :, 0], held[:, :, 0])]  # noqa: PLR2004


def _best_lane(train: Tensor, held: Tensor) -> tuple[Tensor, Tensor] | None:
    return max(_lanes(train, held), key=lambda lane: _lane_share(lane[0].float(), lane[1].float()), default=None)


def _lane_share(train: Tensor, held: Tensor) -> float:
    length = _length(train)
    if length < SHORTEST or held.shape[1] < length:
        return 0.0
    begins = held[:, :length].contiguous()
    varied = torch.tensor([len(torch.unique(one)) == length for one in begins])
    if float(varied.float().mean()) < 0.5:  # noqa: PLR2004
        return 0.0
    return float((torch.isin(_marks(begins, length)[:, 0], _marks(train, length)) & varied).float().mean())


def _length(windows: Tensor) -> int:
    return min(WINDOW, windows.shape[1] // 2)


def _marks(windows: Tensor, length: int) -> Tensor:
    """Return a number for each place of each window, (n, places), that is equal where so many numbers are equal."""
    weights = torch.arange(1, length + 1, dtype=torch.int64) * 2_654_435_761 + 97
    known = windows[:, :LONGEST].contiguous().view(torch.int32).long().unfold(1, length, 1)
    return (known * weights).sum(2)


def _overlap(one: Tensor, other: Tensor) -> Tensor:
    """Return (m, n): which windows begin within one another."""
    length = _length(other)
    return _begins_within(one, other, length) | _begins_within(other, one, length).T


def _begins_within(one: Tensor, other: Tensor, length: int) -> Tensor:
    begins, order = _marks(one, length)[:, 0].sort()
    marks = _marks(other, length)
    places = torch.searchsorted(begins, marks).clamp(max=len(begins) - 1)
    found = torch.zeros(len(one), len(other), dtype=torch.bool)
    rows, at = (begins[places] == marks).nonzero(as_tuple=True)
    found[order[places[rows, at]], rows] = True
    return found


def _thinned(windows: Tensor, most: int) -> Tensor:
    """Return so many windows, evenly spread as those of a table."""
    if len(windows) <= most:
        return windows
    return windows[torch.linspace(0, len(windows) - 1, most).round().long()]


def _errors(guesses: Tensor, table: Table) -> Tensor:
    return (guesses != table.y).float() if table.classes else (guesses - table.y).square()
