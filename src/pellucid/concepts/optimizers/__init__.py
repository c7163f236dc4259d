"""Optimizers: how the gradient moves the weights. One rule each in `rules`; `records` and `catalogue` list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.optimizers.record import OptimizerRecord


def __getattr__(name: str) -> OptimizerRecord:
    if name.startswith("_") or name in {"catalogue", "record", "records", "rules"}:
        raise AttributeError(name)
    from pellucid.concepts.optimizers.records import OPTIMIZER_RECORDS

    return member(__name__, name, OPTIMIZER_RECORDS)


def __dir__() -> list[str]:
    from pellucid.concepts.optimizers.records import OPTIMIZER_RECORDS

    return [record.name for record in OPTIMIZER_RECORDS]
