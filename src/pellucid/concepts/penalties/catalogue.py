"""All penalties, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.penalties.penalty import Penalty

PENALTIES: Final[tuple[Penalty, ...]] = ()
