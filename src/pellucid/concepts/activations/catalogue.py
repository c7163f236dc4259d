"""All activations, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.activations.activation import Activation

ACTIVATIONS: Final[tuple[Activation, ...]] = ()
