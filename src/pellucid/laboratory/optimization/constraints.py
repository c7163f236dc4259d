"""A constraint, kept three ways: Lagrange's multiplier, a penalty, projection. They meet in one point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.descent_2d import VARIABLES, check_plane
from pellucid.laboratory.optimization.walks import Walk, field, point, walk

NEWTON_STEPS: Final = 30
PENALTIES: Final = 10.0 ** np.arange(7)
TENTH: Final = (8.0, 12.0)  # what counts as ten times less
SAME: Final = 1e-4  # distance at which two points count as one: the largest penalty leaves about 1e-6


@dataclass(frozen=True, kw_only=True)
class Constraints(Experiment):
    """Make f(x) small on the line a x = b.

    Example:
        >>> result = Constraints().run()
        >>> result["lagrange"].round(6).tolist(), round(result["multiplier"], 6)
        ([2.0, 1.0], -4.0)
    """

    name: ClassVar[str] = "constraints"
    aliases: ClassVar[tuple[str, ...]] = ("Lagrange multipliers", "penalty method", "projected gradient descent")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "constraints, three ways"
    question: ClassVar[str] = "How does one minimise when only some points are allowed?"
    formula: ClassVar[str] = "grad f + m a = 0 and a x = b;  min f + r/2 (a x - b)^2;  x <- P(x - rate grad f)"
    latex: ClassVar[str] = (
        r"\nabla f(\mathbf{x}) + \mu \mathbf{a} = 0, \qquad \min f + \frac{\rho}{2} (\mathbf{a}^\top \mathbf{x} - b)^2"
        r", \qquad \mathbf{x} \leftarrow P(\mathbf{x} - \eta \nabla f)"
    )
    look_for: ClassVar[str] = (
        "At the solution the line touches a contour: the gradient stands at a right angle to it, and no move along the "
        "line helps. The penalty comes from the free minimum and reaches the line only as its weight grows; each ten "
        "times heavier penalty leaves a tenth of the error. Projection walks on the line from the first step. The "
        "multiplier is a price: what one more unit of b costs."
    )
    source: ClassVar[str] = "J.-L. Lagrange, 1788; R. Courant, 1943 (penalty); A. Goldstein, 1964 (projection)."

    function: Function = parameter("x1**2 + 2*x2**2", "a function f of x1 and x2")
    normal: tuple[float, ...] = parameter((1.0, 1.0), "a, the normal of the line", low=-100, high=100)
    value: float = parameter(3.0, "b, where the line lies", low=-100, high=100)
    start: tuple[float, ...] = parameter((-1.0, 2.5), "where the walks begin", low=-100, high=100)
    rate: float = parameter(0.1, "learning rate of the projection", low=1e-6, high=10)
    steps: int = parameter(100, "steps of the projection", low=1, high=1000)

    def __post_init__(self) -> None:
        """Check the start and the normal.

        Raises:
            RangeError: the normal is no direction.
        """
        super().__post_init__()
        check_plane(self.name, self.start)
        if len(self.normal) != len(VARIABLES) or not any(self.normal):
            raise RangeError(f"{self.name} expected normal to be a direction, got {self.normal}: write it as in (1, 1)")

    def run(self) -> Result:
        """Return the three solutions, the multiplier, and the errors of the penalty for each weight."""
        f, a = objective(self.function, VARIABLES), np.array(self.normal)
        lagrange, multiplier = self._lagrange(f, a, self.value)
        penalised = self._penalty(f, a)
        projected = self._projection(f, a)
        errors = np.sqrt(((penalised - lagrange) ** 2).sum(axis=1))
        ends = {"Lagrange": lagrange, "penalty": penalised[-1], "projection": projected.x[-1]}
        rows = tuple((name, one[0], one[1], float(f(*one)), float(a @ one - self.value)) for name, one in ends.items())
        return Result(
            experiment=self,
            values={
                "lagrange": lagrange,
                "multiplier": multiplier,
                "penalty": penalised,
                "penalty_errors": errors,
                "projection": projected.x,
            },
            claims=(
                self._meet(ends),
                _touches(f, a, lagrange),
                _tenth(errors),
                self._price(f, a, lagrange, multiplier),
            ),
            picture=self._picture(f, a, lagrange, penalised, errors, projected),
            tables=(Table(title="Solutions", columns=("way", "x1", "x2", "f", "a x - b"), rows=rows),),
        )

    def _lagrange(self, f: Objective, a: Floats, b: float) -> tuple[Floats, float]:
        """Solve grad f + m a = 0, a x = b by Newton's method: on a quadratic f, one step."""
        x, multiplier = np.array(self.start), 0.0
        for _ in range(NEWTON_STEPS):
            system = np.block([[f.hessian(*x), a[:, None]], [a[None], np.zeros((1, 1))]])
            right = np.append(-f.gradient(*x), b - a @ x)
            if not (np.isfinite(system).all() and np.isfinite(right).all()):
                break
            solution = np.linalg.lstsq(system, right)[0]
            x, multiplier = x + solution[:2], float(solution[2])
        return x, multiplier

    def _penalty(self, f: Objective, a: Floats) -> Floats:
        """Minimise f + r/2 (a x - b)^2 for growing r, each time from the last solution."""
        x, found = np.array(self.start), []
        for r in PENALTIES:

            def move(x: Floats, g: Floats, t: int, r: float = r) -> Floats:
                force = r * (a @ x - self.value) * a
                return x - np.linalg.pinv(f.hessian(*x) + r * np.outer(a, a)) @ (g + force)

            x = walk(f, tuple(x), move, NEWTON_STEPS).x[-1]
            found.append(x)
        return np.array(found)

    def _projection(self, f: Objective, a: Floats) -> Walk:
        def project(x: Floats) -> Floats:
            return x - (a @ x - self.value) / (a @ a) * a

        return walk(f, self.start, lambda x, g, t: project(x - self.rate * g), self.steps)

    def _meet(self, ends: dict[str, Floats]) -> Claim:
        points = np.array(list(ends.values()))
        apart = float(np.abs(points[:, None] - points[None]).max())
        told = ", ".join(f"{name} {point(one)}" for name, one in ends.items())
        return Claim(
            sentence="all three ways reach the same point",
            holds=apart <= SAME,
            measured=f"{told}: at most {apart:.1e} apart",
        )

    def _price(self, f: Objective, a: Floats, x: Floats, multiplier: float) -> Claim:
        """Move the line a little, and see what the minimum costs then."""
        h = 1e-4
        higher, lower = (f(*self._lagrange(f, a, self.value + step)[0]) for step in (h, -h))
        slope = float(higher - lower) / (2 * h)
        return Claim(
            sentence="the multiplier is the price of the constraint: df*/db = -m",
            holds=abs(slope + multiplier) <= 1e-4 * max(1.0, abs(multiplier)),
            measured=f"f = {float(f(*x)):.6g} changes by {slope:.6g} for each unit of b, m = {multiplier:.6g}",
        )

    def _picture(
        self, f: Objective, a: Floats, best: Floats, penalised: Floats, errors: Floats, projected: Walk
    ) -> Picture:
        behind = field(f, np.concatenate([projected.x, penalised]))
        along = np.array([-a[1], a[0]]) / np.hypot(*a)
        line = best[None] + np.linspace(-20, 20, 2)[:, None] * along
        plane = Plot(
            x_title="x1",
            y_title="x2",
            field=behind,
            square=True,
            x_range=(behind.x[0], behind.x[-1]),
            y_range=(behind.y[0], behind.y[-1]),
            series=(
                Series(name="projection", x=projected.x[:, 0], y=projected.x[:, 1], kind="line and dots"),
                Series(name="penalty", x=penalised[:, 0], y=penalised[:, 1], kind="line and dots", role="other"),
                Series(name="allowed", x=line[:, 0], y=line[:, 1], role="third"),
                Series(name="Lagrange", x=best[:1], y=best[1:], kind="dots", role="mark"),
            ),
        )
        error = Plot(
            x_title="weight of the penalty",
            y_title="its distance from the solution",
            x_log=True,
            y_log=True,
            series=(Series(name="penalty", x=PENALTIES, y=errors, kind="line and dots", role="other"),),
        )
        alt = f"Minimum of {f.text} on the line {a[0]:g} x1 + {a[1]:g} x2 = {self.value:g}: {point(best)}."
        return Picture(alt=alt, panels=(plane, error))


def _touches(f: Objective, a: Floats, x: Floats) -> Claim:
    gradient = f.gradient(*x)
    across = float(abs(gradient[0] * a[1] - gradient[1] * a[0]) / max(np.hypot(*gradient) * np.hypot(*a), 1e-300))
    return Claim(
        sentence="at the solution the gradient is parallel to the normal of the line",
        holds=across <= SAME,
        measured=f"gradient {point(gradient)}, normal {point(a)}: sine of the angle {across:.1e}",
    )


def _tenth(errors: Floats) -> Claim:
    ratios = errors[2:-1] / np.maximum(errors[3:], 1e-300)
    return Claim(
        sentence="a penalty ten times heavier leaves a tenth of the error",
        holds=bool(((ratios > TENTH[0]) & (ratios < TENTH[1])).all()),
        measured=f"error {errors[2]:.2e} at weight 100, {errors[-1]:.2e} at weight {PENALTIES[-1]:g}",
    )
