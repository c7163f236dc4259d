"""Losses: what training makes small. `pellucid.concepts.losses.huber` is the record of one; one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.losses.loss import Loss


def __getattr__(name: str) -> Loss:
    if name.startswith("_") or name == "catalogue":
        raise AttributeError(name)
    from pellucid.concepts.losses.catalogue import LOSSES

    return member(__name__, name, LOSSES)


def __dir__() -> list[str]:
    from pellucid.concepts.losses.catalogue import LOSSES

    return [loss.name for loss in LOSSES]
