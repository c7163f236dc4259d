"""Layers: forward and backward. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.layers.layer import Layer


def __getattr__(name: str) -> Layer:
    if name.startswith("_") or name in {"catalogue", "layer"}:
        raise AttributeError(name)
    from pellucid.concepts.layers.catalogue import LAYERS

    return member(__name__, name, LAYERS)


def __dir__() -> list[str]:
    from pellucid.concepts.layers.catalogue import LAYERS

    return [record.name for record in LAYERS]
