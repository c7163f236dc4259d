"""A walk over a function, step by step, and how it is drawn: what the experiments of this folder share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pellucid.drawing.records import ROLES, Field, Frame, Picture, Plot, Series, thin
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.formulas import Objective
from pellucid.laboratory.jets import Floats

FAR: Final = 1e30
"""A walk stops before x, f or the slope passes it: whatever is computed from it still fits a float."""
GRID: Final = 61  # points along each axis of a field
CURVE: Final = 301  # points of a drawn curve
ROOM: Final = 0.15  # around the points, in parts of their range
DECADES: Final = 1e9  # heights below the highest by more than this are cut off
CLIMB: Final = 100.0  # times the first height, above which a divergence is cut off
SHORT: Final = 2  # walks whose place is told in the note of a frame; of more, only the heights
WIDEST: Final = 4.0  # how far beyond its start a walk is drawn, in parts of the start's own size

Move = Callable[[Floats, Floats, int], Floats]
"""The next point from x, the gradient there, and the number of the step, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Where a walk went."""

    x: Floats
    """(t + 1, v), the start first."""
    f: Floats
    """(t + 1,)."""
    gradient: Floats
    """(t + 1, v)."""
    left: int | None
    """At which step it left the range of numbers; None: it did not."""

    @property
    def slope(self) -> Floats:
        """The length of the gradient, (t + 1,)."""
        return np.asarray(np.sqrt((self.gradient**2).sum(axis=1)))

    @property
    def steps(self) -> int:
        """How many steps it took."""
        return len(self.f) - 1

    @property
    def told(self) -> str:
        """Where it ended, in words."""
        place = point(self.x[-1])
        if self.left is None:
            return f"at {place} with f = {self.f[-1]:.6g} after {counted(self.steps, self.steps)}"
        return f"left the range of numbers ({FAR:g}) at step {self.left}, last seen at {place}"

    def first(self, reached: np.typing.NDArray[np.bool_]) -> int | None:
        """Return the first step at which something was reached, None where it never was."""
        return int(np.argmax(reached)) if reached.any() else None


def walk(function: Objective, start: Sequence[float], move: Move, steps: int) -> Walk:
    """Walk a number of steps; stop where the range of numbers ends.

    Raises:
        RangeError: the function has no value or no slope at the start, or an immense one.

    Example:
        >>> from pellucid.laboratory.formulas import objective
        >>> walk(objective("x**2"), (10.0,), lambda x, g, t: x - 0.2 * g, 10).told
        'at 0.0604662 with f = 0.00365616 after 10 steps'
    """
    x = np.asarray(start, dtype=float)
    points, left = [x], None
    values, gradients = [function(*x)], [function.gradient(*x)]
    if not _fits(x, values[0], gradients[0]):
        raise RangeError(
            f"walk expected a start where the function has a value and a slope below {FAR:g}, got {function.text} at "
            f"{point(x)}: start elsewhere"
        )
    for t in range(1, steps + 1):
        x = move(x, gradients[-1], t)
        f, gradient = function(*x), function.gradient(*x)
        if not _fits(x, f, gradient):
            left = t
            break
        points.append(x)
        values.append(f)
        gradients.append(gradient)
    return Walk(x=np.array(points), f=np.array(values), gradient=np.array(gradients), left=left)


def _fits(*numbers: Floats) -> bool:
    return all(bool(np.all(np.abs(one) <= FAR)) for one in numbers)  # a NaN fails too


def descend(function: Objective, start: Sequence[float], rate: float, steps: int) -> Walk:
    """Walk against the gradient at a constant rate."""
    return walk(function, start, lambda x, g, t: x - rate * g, steps)


def point(x: Floats) -> str:
    """Return a point in words.

    Example:
        >>> point(np.array([2.0])), point(np.array([1.0, -2.5]))
        ('2', '(1, -2.5)')
    """
    numbers = ", ".join(f"{one:.6g}" for one in x)
    return numbers if len(x) == 1 else f"({numbers})"


def counted(number: int | None, most: int) -> str:
    """Return a count of steps in words.

    Example:
        >>> counted(7, 100), counted(None, 100)
        ('7 steps', 'more than 100 steps')
    """
    if number is None:
        return f"more than {most} steps"
    return f"{number} step{'s' * (number != 1)}"


def span(x: Floats) -> tuple[float, float]:
    """Return the range to draw: that of the points, with room, but not a whole divergence."""
    widest = WIDEST * max(float(np.abs(x[0]).max()), 1.0)
    seen = x[np.abs(x) <= widest]
    low, high = float(seen.min()), float(seen.max())
    room = ROOM * max(high - low, 1.0)
    return low - room, high + room


def field(function: Objective, points: Floats) -> Field:
    """Return the contour lines around points, (n, 2): logarithmic, since heights near a minimum are close together."""
    ends = [span(points[:, axis]) for axis in (0, 1)]
    x, y = (np.linspace(low, high, GRID) for low, high in ends)
    heights = function(*np.meshgrid(x, y))
    heights = np.where(np.isfinite(heights), heights, np.nan)
    least, most = float(np.nanmin(heights)), float(np.nanmax(heights))
    return Field(x=x, y=y, values=heights - least + max(1e-3 * (most - least), 1e-12), log=True)


def over_contours(function: Objective, walks: Mapping[str, Walk], alt: str, *, square: bool = False) -> Picture:
    """Return the walks over the contour lines, step by step, and the height at each step.

    Args:
        function: of two variables.
        walks: by name.
        alt: what the picture says.
        square: whether a unit is as long on both axes; the plane is then as wide as the page.
    """
    behind = field(function, np.concatenate([one.x for one in walks.values()]))
    frames = []
    for t in thin(max(one.steps for one in walks.values()) + 1):
        traces = tuple(
            Series(
                name=name, x=one.x[: t + 1, 0], y=one.x[: t + 1, 1], kind="line and dots", role=ROLES[k % len(ROLES)]
            )
            for k, (name, one) in enumerate(walks.items())
        )
        plane = Plot(
            x_title=function.variables[0], y_title=function.variables[1], field=behind, series=traces, square=square
        )
        frames.append(Frame(label=f"step {t}", note=_note(walks, t), panels=(plane, heights(walks, t))))
    return Picture(alt=alt, frames=tuple(frames), columns=1 if square else 2)


def over_curve(function: Objective, walks: Mapping[str, Walk], alt: str, ends: tuple[float, float] | None) -> Picture:
    """Return the walks on the curve of a function of one variable, step by step, and the height at each step."""
    low, high = ends or span(np.concatenate([one.x[:, 0] for one in walks.values()]))
    curve = np.linspace(low, high, CURVE)
    y = function(curve)
    y = np.where(np.isfinite(y), y, np.nan)
    frames = []
    for t in thin(max(one.steps for one in walks.values()) + 1):
        traces = [Series(name="f", x=curve, y=y, role="quiet")]
        for k, (name, one) in enumerate(walks.items()):
            role = ROLES[k % len(ROLES)]
            traces.append(Series(name=name, x=one.x[: t + 1, 0], y=one.f[: t + 1], kind="line and dots", role=role))
        for one in walks.values():
            now = min(t, one.steps)
            traces.append(Series(name="", x=one.x[now : now + 1, 0], y=one.f[now : now + 1], kind="dots", role="mark"))
        line = Plot(x_title="x", y_title="f(x)", series=tuple(traces), x_range=(low, high), y_range=_padded(y))
        frames.append(Frame(label=f"step {t}", note=_note(walks, t), panels=(line, heights(walks, t))))
    return Picture(alt=alt, frames=tuple(frames))


def heights(walks: Mapping[str, Walk], t: int | None = None) -> Plot:
    """Return f at each step, up to step t; on a logarithmic axis where all are positive."""
    series = tuple(
        Series(
            name=name,
            x=np.arange(one.steps + 1)[: None if t is None else t + 1],
            y=one.f[: None if t is None else t + 1],
            role=ROLES[k % len(ROLES)],
        )
        for k, (name, one) in enumerate(walks.items())
    )
    seen = np.concatenate([one.f for one in walks.values()])
    if not (seen > 0).all():
        return Plot(x_title="step", y_title="f", series=series)
    first = max(float(one.f[0]) for one in walks.values())
    highest = min(float(seen.max()), CLIMB * first)
    ends = (max(float(seen.min()) / 2, highest / DECADES), highest * 2)
    return Plot(x_title="step", y_title="f", series=series, y_log=True, y_range=ends)


def _note(walks: Mapping[str, Walk], t: int) -> str:
    told = []
    for name, one in walks.items():
        now = min(t, one.steps)
        place = f"x = {point(one.x[now])}, " if len(walks) <= SHORT else ""
        told.append(f"{name}: {place}f = {one.f[now]:.4g}")
    return "; ".join(told)


def _padded(y: Floats) -> tuple[float, float]:
    low, high = float(np.nanmin(y)), float(np.nanmax(y))
    room = ROOM / 2 * max(high - low, 1e-9)
    return low - room, high + room
