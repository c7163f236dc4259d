"""A saddle point: the slope is zero, and it is no minimum; the least disturbance escapes, but slowly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.descent_2d import VARIABLES, check_plane
from pellucid.laboratory.optimization.walks import Walk, counted, descend, over_contours, point

STILL: Final = 1e-6  # slope that counts as none
ESCAPED: Final = 0.1  # distance from the undisturbed walk that counts as escaped


@dataclass(frozen=True, kw_only=True)
class Saddle(Experiment):
    """Descend along a ridge into a saddle: exactly on it, and beside it by a hair.

    Example:
        >>> Saddle().run()["curvatures"].round(6).tolist()
        [-1.0, 2.0]
    """

    name: ClassVar[str] = "saddle"
    aliases: ClassVar[tuple[str, ...]] = ("saddle point",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "a saddle point"
    question: ClassVar[str] = "Does descent stop at a saddle point?"
    formula: ClassVar[str] = "off the ridge by d: d grows by 1 + rate |least curvature| at each step"
    latex: ClassVar[str] = r"d_t \approx d_0\, (1 + \eta\, |\lambda_{\min}|)^t"
    look_for: ClassVar[str] = (
        "The walk that starts exactly on the ridge stops at the saddle: no slope, though one curvature is negative. "
        "The other, a millionth beside it, waits there for a hundred steps and then falls off. Make the disturbance a "
        "thousand times larger: the wait shrinks by a constant number of steps only. In networks with many weights, "
        "points without slope are nearly always saddles, and the noise of mini-batches is the disturbance."
    )
    source: ClassVar[str] = "Y. Dauphin et al., Identifying and attacking the saddle point problem, 2014."

    function: Function = parameter("x1**2 + 0.25*x2**4 - 0.5*x2**2", "a function f of x1 and x2 with a saddle")
    start: tuple[float, ...] = parameter((2.0, 0.0), "where the walk on the ridge begins", low=-100, high=100)
    disturbance: float = parameter(1e-6, "how far beside it the other begins, along x2", low=1e-15, high=0.05)
    rate: float = parameter(0.1, "learning rate", low=0, high=10)
    steps: int = parameter(250, "how many steps", low=10, high=1000)

    def __post_init__(self) -> None:
        """Check that the start is a point of the plane."""
        super().__post_init__()
        check_plane(self.name, self.start)

    def run(self) -> Result:
        """Return both walks, the curvatures where the first one ends, and when the second one escaped."""
        f = objective(self.function, VARIABLES)
        ridge = descend(f, self.start, self.rate, self.steps)
        beside = descend(f, (self.start[0], self.start[1] + self.disturbance), self.rate, self.steps)
        curvatures = np.asarray(np.linalg.eigvalsh(f.hessian(*ridge.x[-1])), dtype=float)
        shared = min(ridge.steps, beside.steps) + 1
        apart = np.sqrt(((ridge.x[:shared] - beside.x[:shared]) ** 2).sum(axis=1))
        escaped = beside.first(apart >= ESCAPED)
        alt = f"On the ridge: {ridge.told}. Beside it: {beside.told}; away from the ridge after " + counted(
            escaped, self.steps
        )
        return Result(
            experiment=self,
            values={"ridge": ridge.x, "beside": beside.x, "curvatures": curvatures, "escaped": escaped, "apart": apart},
            claims=(
                self._stops(ridge, curvatures),
                _escapes(ridge, beside, escaped, self.steps),
                self._waits(curvatures, escaped),
            ),
            picture=over_contours(f, {"on the ridge": ridge, "beside it": beside}, f"{alt}."),
        )

    def _stops(self, ridge: Walk, curvatures: Floats) -> Claim:
        return Claim(
            sentence="exactly on the ridge, descent stops at a saddle: no slope, curvatures of both signs",
            holds=bool(ridge.slope[-1] < STILL and curvatures[0] < 0 < curvatures[1]),
            measured=f"at {point(ridge.x[-1])}: slope {ridge.slope[-1]:.1e}, curvatures {point(curvatures)}",
        )

    def _waits(self, curvatures: Floats, escaped: int | None) -> Claim:
        growth = math.log1p(self.rate * max(-float(curvatures[0]), 0.0))
        law = math.log(ESCAPED / self.disturbance) / growth if growth > 0 else math.inf
        near = escaped is not None and abs(escaped - law) <= 0.1 * abs(law) + 1
        return Claim(
            sentence="it waits log(distance / disturbance) / log(1 + rate |curvature|) steps",
            holds=near,
            measured=f"{counted(escaped, self.steps)} to be {ESCAPED:g} away, "
            f"{f'{law:.1f}' if growth > 0 else 'never'} by the formula",
        )


def _escapes(ridge: Walk, beside: Walk, escaped: int | None, most: int) -> Claim:
    return Claim(
        sentence="the disturbed walk escapes and ends lower",
        holds=bool(escaped is not None and beside.f[-1] < ridge.f[-1]),
        measured=f"escaped after {counted(escaped, most)}; f = {beside.f[-1]:.6g} against {ridge.f[-1]:.6g}",
    )
