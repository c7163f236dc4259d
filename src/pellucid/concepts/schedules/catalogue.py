"""All schedules, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.schedules.schedule import Schedule

SCHEDULES: Final[tuple[Schedule, ...]] = ()
