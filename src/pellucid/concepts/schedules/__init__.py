"""Schedules: how the learning rate changes with the steps. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.schedules.schedule import Schedule


def __getattr__(name: str) -> Schedule:
    if name.startswith("_") or name in {"catalogue", "schedule", "steady", "stairs", "falling", "cycles", "watching"}:
        raise AttributeError(name)
    from pellucid.concepts.schedules.catalogue import SCHEDULES

    return member(__name__, name, SCHEDULES)


def __dir__() -> list[str]:
    from pellucid.concepts.schedules.catalogue import SCHEDULES

    return [record.name for record in SCHEDULES]
