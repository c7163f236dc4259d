"""What random variation does to rows, judged by a simple model that knows unvaried ones. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.tables import Table, as_table, kind_in, table_of
from pellucid.diagnosis.witnesses import carried, distances, standardised, within

CLEAR: Final = 0.4  # of what is above chance: the simple model must know the unvaried rows that well
RARE: Final = (
    0.2  # of the middle spread: columns that vary less, as the borders of pictures, have no scale of their own
)
ENOUGH: Final = 20  # rows of which several readings are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """How the readings of training rows compare with validation rows, which are not varied as a rule."""

    clean: float
    """How well the simple model knows validation rows from the others, above chance."""
    varied: float
    """How well a model of validation rows knows readings of training rows, above chance."""
    changes: float
    """Share of the rows whose readings it takes for different classes, or for numbers a standard deviation apart."""
    distance: float
    """Distance of readings to the nearest validation row, by that of validation rows to one another."""
    between: float
    """Distance between readings of one row, by the same."""


def damage_of(evidence: Evidence) -> Damage | None:
    """Return what variation does; None where nothing is varied or simple models know nothing of these data."""
    made: Damage | None = evidence.probes.once("damage", lambda: _damage(evidence))
    return made


def _damage(evidence: Evidence) -> Damage | None:
    variation, held = evidence.data.variation, table_of(evidence, "validation")
    contract = evidence.contract
    if variation is None or not variation.varies or held is None or contract is None or contract.outputs is None:
        return None
    kind = kind_in(contract)
    tables = [one for reading in variation.readings if (one := as_table(reading, kind, held.classes)) is not None]
    clean = within(evidence, "validation")
    rows = min((len(one) for one in tables), default=0)
    if clean is None or clean.above < CLEAR or rows < ENOUGH or tables[0].x.shape[1] != held.x.shape[1]:
        return None
    held = held.thinned()
    together = Table(
        x=torch.cat([one.x[:rows] for one in tables]),
        y=torch.cat([one.y[:rows] for one in tables]),
        classes=held.classes,
    )
    spread = held.x.std(0, correction=0)
    keep = spread >= RARE * spread[spread > 0].median() if bool((spread > 0).any()) else spread >= 0
    held, together = (Table(x=one.x[:, keep], y=one.y, classes=one.classes) for one in (held, together))
    skill = carried(held, together)
    off = (skill.guesses - together.y).reshape(len(tables), rows)
    if held.classes:
        shift = (off % held.classes != off[0] % held.classes).any(0)
    else:
        shift = off.amax(0) - off.amin(0) > held.y.std()
    near, apart = _distances(held.x, together.x, len(tables))
    return Damage(
        clean=clean.above, varied=skill.above, changes=float(shift.float().mean()), distance=near, between=apart
    )


def _distances(held: Tensor, varied: Tensor, readings: int) -> tuple[float, float]:
    x, asked = standardised(held, held), standardised(varied, held)
    own = distances(x, x).fill_diagonal_(float("inf")).amin(1).median()
    unit = float(own) or 1.0
    parts = asked.reshape(readings, -1, asked.shape[1])
    between = (parts[0] - parts[1]).norm(dim=1).median() if readings > 1 else torch.tensor(0.0)
    return float(distances(asked, x).amin(1).median()) / unit, float(between) / unit
