"""Information: entropy, and how far two distributions are apart. One file each; `catalogue` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from pellucid.concepts.information.measure import Measure


def __getattr__(name: str) -> Measure:
    if name.startswith("_") or name in {"catalogue", "measure"}:
        raise AttributeError(name)
    from pellucid.concepts.information.catalogue import MEASURES

    return member(__name__, name, MEASURES)


def __dir__() -> list[str]:
    from pellucid.concepts.information.catalogue import MEASURES

    return [record.name for record in MEASURES]
