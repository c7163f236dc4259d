"""Activations: what makes a network more than one linear map. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.activations.activation import Activation


def __getattr__(name: str) -> Activation:
    if name.startswith("_") or name in {"catalogue", "activation", "saturating", "rectifying", "smooth", "rows"}:
        raise AttributeError(name)
    from pellucid.concepts.activations.catalogue import ACTIVATIONS

    return member(__name__, name, ACTIVATIONS)


def __dir__() -> list[str]:
    from pellucid.concepts.activations.catalogue import ACTIVATIONS

    return [record.name for record in ACTIVATIONS]
