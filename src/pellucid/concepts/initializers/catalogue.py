"""All initializers, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.initializers.initializer import Initializer

INITIALIZERS: Final[tuple[Initializer, ...]] = ()
