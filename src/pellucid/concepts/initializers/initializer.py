"""The record of an initializer: how the weights of a layer are drawn before the first step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pellucid.concepts.concept import Concept
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Initializer(Concept):
    """One initializer: `reference(shape, generator, …) -> weights`, with a NumPy generator; the PyTorch form likewise."""

    family: ClassVar[str] = "initializers"

    def picture(self) -> Picture:
        """Return how large the activations are, layer by layer, in a deep network that starts with it."""
        raise NotImplementedError
