"""The training and the validation rows side by side: moments, ranges, copies. Needs torch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.tables import columns
from pellucid.diagnosis.witnesses import distances, standardised

WIDE: Final = 512  # columns at most for distances
NEAREST_ROWS: Final = 1000  # validation rows of which the nearest training row is looked for
AROUND: Final = (1, 10, 100)  # the nearest rows that are compared
TWIN: Final = 0.4  # times the distance to the 10th nearest: in 5 dimensions 0.63, in 10 dimensions 0.79
STEEPER: Final = 3.0  # times as steep from the 1st to the 10th as from the 10th to the 100th
CLOSE: Final = 0.02  # times the usual distance to the nearest training row: a copy, but for rounding or a little noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both parts as (n, d) numbers."""

    train: Tensor
    held: Tensor
    pictures: bool = False
    """Whether the columns are places of pictures or series, which share their scale."""

    @property
    def varying(self) -> Tensor:
        """(d,) the columns that are not constant in either part."""
        one, other = self.train.std(0, correction=0), self.held.std(0, correction=0)
        return (one > 1e-6 * self.train.abs().amax(0)) & (other > 1e-6 * self.held.abs().amax(0))


def sides_of(evidence: Evidence) -> Sides | None:
    """Return both parts; None where one is missing or they have not the same columns."""
    made: Sides | None = evidence.probes.once("sides", lambda: _sides(evidence))
    return made


def _sides(evidence: Evidence) -> Sides | None:
    train, held = evidence.data.train, evidence.data.validation
    if train is None or held is None or len(train.inputs) != len(held.inputs):
        return None
    both = [torch.cat([columns(one) for one in part.by_row], 1) for part in (train, held)]
    if both[0].shape[1] != both[1].shape[1]:
        return None
    both = [one[torch.isfinite(one).all(1)] for one in both]
    pictures = train.inputs[0].ndim > 2  # noqa: PLR2004
    return Sides(train=both[0], held=both[1], pictures=pictures) if all(len(one) > 1 for one in both) else None


def copies(sides: Sides) -> tuple[float, float, int]:
    """Return the share of validation rows that are training rows, of training rows with a copy, and distinct ones.

    Rows that are the same in all columns, such as rows of zeros, are nobody's copies.

    Example:
        >>> x = torch.arange(8.0).unsqueeze(1)
        >>> copies(Sides(train=x, held=torch.tensor([[3.0], [9.0]])))
        (0.5, 0.0, 8)
    """
    blank = [(one == one[:, :1]).all(1) & (one.shape[1] > 1) for one in (sides.train, sides.held)]
    train, held = (
        Counter(row.tobytes() for row in (one[~empty] + 0.0).numpy())  # no -0.0
        for one, empty in zip((sides.train, sides.held), blank, strict=True)
    )
    doubled = sum(count for count in train.values() if count > 1)
    shared = sum(count for row, count in held.items() if row in train)
    return shared / len(sides.held), doubled / len(sides.train), len(train)


def close_share(sides: Sides) -> float:
    """Return the share of validation rows that lie far nearer to a training row than training rows to one another.

    0 where about as many training rows have one so near among themselves: then the data are like that.
    """
    keep = slice(None, None, -(-sides.train.shape[1] // WIDE))
    train, held = sides.train[:, keep], sides.held[:, keep]
    held = held[:: -(-len(held) // NEAREST_ROWS)]
    x, asked = (train, held) if sides.pictures else (standardised(train, train), standardised(held, train))
    own = distances(x[:NEAREST_ROWS], x)
    own[torch.arange(len(own)), torch.arange(len(own))] = float("inf")
    nearest = own.amin(1)
    usual = float(nearest.median())
    if not usual > 0:
        return 0.0
    share = float((distances(asked, x).amin(1) < CLOSE * usual).float().mean())
    return share if float((nearest < CLOSE * usual).float().mean()) < share / 2 else 0.0


def twins_share(sides: Sides) -> float:
    """Return the share of validation rows with a training row far nearer than even the next ten: varied copies.

    In data of D dimensions the distances to the first, the 10th and the 100th nearest row are in the ratio
    1 : 10^(1/D) : 100^(1/D). A copy is nearer than that, whatever D is.
    """
    keep = slice(None, None, -(-sides.train.shape[1] // WIDE))
    train, held = sides.train[:, keep], sides.held[:, keep]
    held = held[:: -(-len(held) // NEAREST_ROWS)]
    if len(train) < AROUND[2] * 3:
        return 0.0
    x, asked = (train, held) if sides.pictures else (standardised(train, train), standardised(held, train))
    first, tenth, hundredth = distances(asked, x).topk(AROUND[2], largest=False).values[:, [n - 1 for n in AROUND]].T
    gap = (tenth / first.clamp(min=1e-12)).log() / (hundredth / tenth.clamp(min=1e-12)).log().clamp(min=0.01)
    return float(((first > 0) & (first < TWIN * tenth) & (gap > STEEPER)).float().mean())
