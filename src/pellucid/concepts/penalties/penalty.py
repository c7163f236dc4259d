"""The record of a penalty: a number that grows with the weights, and its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pellucid.concepts.concept import Differentiable
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Penalty(Differentiable):
    """One penalty: `reference(w, …) -> (value, gradient)`, added to the cost; objective = cost + penalty."""

    family: ClassVar[str] = "penalties"

    convex: bool
    sparse: bool
    """Whether its minimum together with a smooth cost has weights that are exactly zero."""

    def picture(self) -> Picture:
        """Return the penalty over one weight with its gradient, and its contours over two."""
        raise NotImplementedError
