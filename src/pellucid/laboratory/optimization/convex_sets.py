"""Convex sets: the straight way between two members stays inside. Intersections keep that, unions do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Field, Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats

SHARES: Final = np.linspace(0.0, 1.0, 21)[1:-1]  # places on each segment
ROUNDING: Final = 1e-9
GRID: Final = 121

Inside = Callable[[Floats, Floats], Floats]
"""Above 0 inside of a set, below 0 outside."""


@dataclass(frozen=True, kw_only=True)
class ConvexSets(Experiment):
    """Join random members of two discs, of their intersection and of their union by straight segments.

    Example:
        >>> result = ConvexSets().run()
        >>> result["leaving"]["intersection"], result["leaving"]["union"] > 0.01
        (0.0, True)
    """

    name: ClassVar[str] = "convex_sets"
    aliases: ClassVar[tuple[str, ...]] = ("convex set",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "convex sets"
    question: ClassVar[str] = "Which combinations of convex sets are convex?"
    formula: ClassVar[str] = "a, b in C implies s a + (1 - s) b in C for every s from 0 to 1"
    latex: ClassVar[str] = r"a, b \in C \;\Rightarrow\; \lambda a + (1-\lambda) b \in C, \quad \lambda \in [0, 1]"
    look_for: ClassVar[str] = (
        "In the union, the segment from one disc to the other cuts the corner and runs outside. In the intersection "
        "none does: both discs keep the whole segment. That is why several convex constraints together are still one "
        "convex problem. Set the distance to 0: the union is one disc, and convex again."
    )
    source: ClassVar[str] = "S. Boyd & L. Vandenberghe, Convex Optimization, 2004, chapter 2."

    distance: float = parameter(1.2, "between the centres of the discs, whose radius is 1", low=0, high=1.9)
    segments: int = parameter(4000, "how many segments to draw in each set", low=100, high=50_000)
    seed: int = parameter(0, "of the members", low=0)

    def run(self) -> Result:
        """Return for each set the share of segments that leave it, and one that does (NaN where none)."""
        draw = numpy_generator(self.seed, "convex sets")
        sets = self._sets()
        found = {name: self._segments(inside, draw) for name, inside in sets.items()}
        leaving = {name: share for name, (share, _) in found.items()}
        claims = (
            self._claim("a disc is convex", leaving["disc"], convex=True),
            self._claim("the intersection of two convex sets is convex", leaving["intersection"], convex=True),
            self._claim("the union of two convex sets need not be convex", leaving["union"], convex=False),
        )
        told = ", ".join(f"{name} {100 * share:.1f} %" for name, share in leaving.items())
        panels = tuple(_panel(name, sets[name], found[name][1]) for name in ("intersection", "union"))
        return Result(
            experiment=self,
            values={"leaving": leaving, "segment": {name: one for name, (_, one) in found.items()}},
            claims=claims,
            picture=Picture(alt=f"Segments that leave their set: {told}.", panels=panels),
        )

    def _sets(self) -> dict[str, Inside]:
        def disc(centre: float) -> Inside:
            return lambda x, y: 1 - np.hypot(x - centre, y)

        left, right = disc(-self.distance / 2), disc(self.distance / 2)
        return {
            "disc": left,
            "intersection": lambda x, y: np.minimum(left(x, y), right(x, y)),
            "union": lambda x, y: np.maximum(left(x, y), right(x, y)),
        }

    def _segments(self, inside: Inside, draw: np.random.Generator) -> tuple[float, Floats]:
        members = _members(inside, 2 * self.segments, draw)
        a, b = members[: self.segments], members[self.segments :]
        between = SHARES[:, None, None] * a + (1 - SHARES[:, None, None]) * b  # (places, segments, 2)
        depth = inside(between[..., 0], between[..., 1]).min(axis=0)
        worst = int(depth.argmin())
        segment = np.array([a[worst], b[worst]]) if depth[worst] < -ROUNDING else np.full((2, 2), np.nan)
        return float((depth < -ROUNDING).mean()), segment

    def _claim(self, sentence: str, share: float, *, convex: bool) -> Claim:
        return Claim(
            sentence=sentence,
            holds=(share == 0) == convex,
            measured=f"{round(share * self.segments)} of {self.segments} segments leave it",
        )


def _members(inside: Inside, count: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """Return points of a set, drawn evenly from a square around it."""
    found: list[Floats] = []
    while sum(map(len, found)) < count:
        points = draw.uniform(-2, 2, size=(4 * count, 2))
        found.append(points[inside(points[:, 0], points[:, 1]) >= 0])
    return np.concatenate(found)[:count]


def _panel(name: str, inside: Inside, segment: Floats) -> Plot:
    x = np.linspace(-2.1, 2.1, GRID)
    y = np.linspace(-1.4, 1.4, GRID)
    return Plot(
        title=name,
        x_title="x1",
        y_title="x2",
        square=True,
        field=Field(x=x, y=y, values=inside(*np.meshgrid(x, y)), kind="regions"),
        series=(
            Series(name="segment that leaves", x=segment[:, 0], y=segment[:, 1], kind="line and dots", role="mark"),
        ),
    )
