"""Initializers: the weights before the first step. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.initializers.initializer import Initializer


def __getattr__(name: str) -> Initializer:
    if name.startswith("_") or name in {"catalogue", "initializer", "fixed", "plain", "scaled"}:
        raise AttributeError(name)
    from pellucid.concepts.initializers.catalogue import INITIALIZERS

    return member(__name__, name, INITIALIZERS)


def __dir__() -> list[str]:
    from pellucid.concepts.initializers.catalogue import INITIALIZERS

    return [record.name for record in INITIALIZERS]
