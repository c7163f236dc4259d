"""Concepts: each as formula, NumPy reference, PyTorch form and picture. `pellucid.concepts.losses.hinge` is one."""

from __future__ import annotations

from types import ModuleType
from typing import Final

FAMILIES: Final = (
    "losses",
    "penalties",
    "information",
    "activations",
    "layers",
    "initializers",
    "optimizers",
    "schedules",
    "metrics",
)


def __getattr__(name: str) -> ModuleType:
    """Import a family when it is first used."""
    if name not in FAMILIES:
        raise AttributeError(
            f"module 'pellucid.concepts' has no attribute {name!r}: the families are {', '.join(FAMILIES)}"
        )
    from importlib import import_module

    return import_module(f"pellucid.concepts.{name}")


def __dir__() -> list[str]:
    return list(FAMILIES)
