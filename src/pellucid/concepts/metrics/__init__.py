"""Metrics: how good predictions are, as people judge them. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.metrics.metric import Metric


def __getattr__(name: str) -> Metric:
    if name.startswith("_") or name in {"catalogue", "metric"}:
        raise AttributeError(name)
    from pellucid.concepts.metrics.catalogue import METRICS

    return member(__name__, name, METRICS)


def __dir__() -> list[str]:
    from pellucid.concepts.metrics.catalogue import METRICS

    return [record.name for record in METRICS]
