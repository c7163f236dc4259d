"""The records of the optimizers."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.concept import Concept

OPTIMIZER_RECORDS: Final[tuple[Concept, ...]] = ()
