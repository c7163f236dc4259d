"""All information, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.information.measure import Measure

MEASURES: Final[tuple[Measure, ...]] = ()
