"""Penalties: what is added to the cost so that weights stay small. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.penalties.penalty import Penalty


def __getattr__(name: str) -> Penalty:
    if name.startswith("_") or name in {"catalogue", "penalty"}:
        raise AttributeError(name)
    from pellucid.concepts.penalties.catalogue import PENALTIES

    return member(__name__, name, PENALTIES)


def __dir__() -> list[str]:
    from pellucid.concepts.penalties.catalogue import PENALTIES

    return [record.name for record in PENALTIES]
