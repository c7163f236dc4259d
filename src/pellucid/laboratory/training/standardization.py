"""Inputs of very different scale: the bowl is stretched, and gradient descent needs many more steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Field, Picture, Plot, Series, Table
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

RAW: Final = "raw inputs"
SCALED: Final = "standardized inputs"
CAP: Final = 100_000
SHOWN: Final = 20
"""First points of a walk that are drawn; more would paint the valley over."""


@dataclass(frozen=True, kw_only=True)
class Standardization(Experiment):
    """Fit a linear regression by gradient descent, each version at the best fixed rate there is for it.

    Example:
        >>> result = Standardization().run()
        >>> bool(result["steps"]["raw inputs"] > 10 * result["steps"]["standardized inputs"])
        True
    """

    name: ClassVar[str] = "standardization"
    aliases: ClassVar[tuple[str, ...]] = ("inputs not standardized", "feature scaling")
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "standardized inputs"
    question: ClassVar[str] = "Why are inputs brought to mean 0 and standard deviation 1 before training?"
    formula: ClassVar[str] = (
        "best rate 2 / (l_max + l_min); each step shrinks the error by (c - 1) / (c + 1), c = l_max/l_min"
    )
    latex: ClassVar[str] = (
        r"\eta = \frac{2}{\lambda_{max} + \lambda_{min}}, \qquad \left\|e_{t+1}\right\| \le \frac{c - 1}{c + 1} "
        r"\left\|e_t\right\|, \qquad c = \frac{\lambda_{max}}{\lambda_{min}}"
    )
    look_for: ClassVar[str] = (
        "The same data and the same loss, in other units: mind the axes, which are not equally long. With raw inputs "
        "the rate must fit the steep direction, and "
        "the "
        "flat one crawls. Standardized, the bowl is nearly round and the walk goes straight to the middle. Set "
        "`scale` to "
        "1: little is left of the difference."
    )
    source: ClassVar[str] = "Y. LeCun et al., Efficient BackProp, 1998, section 4.3."

    scale: float = parameter(20.0, "how many times as large the second input is", low=0.01, high=100)
    rows: int = parameter(100, "of data", low=10, high=1000)
    target: float = parameter(1e-4, "remaining part of the first distance to the minimum in loss", low=1e-12, high=0.5)
    seed: int = parameter(0, "of the data")

    def run(self) -> Result:
        """Return condition numbers, steps to the target, and the walks of the two weights for both versions."""
        generator = numpy_generator(self.seed, "rows")
        raw = generator.normal(0, (1.0, self.scale), (self.rows, 2))
        y = raw @ (1.5, 1.5 / self.scale) + generator.normal(0, 0.1, self.rows)
        inputs = {RAW: raw - raw.mean(axis=0), SCALED: (raw - raw.mean(axis=0)) / raw.std(axis=0)}
        walks = {name: self._walk(X, y - y.mean()) for name, X in inputs.items()}
        steps = {name: len(walk) - 1 for name, walk in walks.items()}
        condition = {name: float(np.linalg.cond(X.T @ X)) for name, X in inputs.items()}
        return Result(
            experiment=self,
            values={"condition": condition, "steps": steps, "walks": walks},
            claims=(
                Claim(
                    sentence="standardizing makes the condition number more than 10 times smaller",
                    holds=10 * condition[SCALED] < condition[RAW],
                    measured=f"{condition[RAW]:.1f} with raw inputs, {condition[SCALED]:.2f} standardized",
                ),
                Claim(
                    sentence="and the target is reached in less than a tenth of the steps, each at its best rate",
                    holds=10 * steps[SCALED] < steps[RAW],
                    measured=f"{steps[RAW]:,} steps with raw inputs, {steps[SCALED]} standardized",
                ),
            ),
            picture=self._picture(inputs, y - y.mean(), walks),
            tables=(
                Table(
                    title="To the same part of the first loss",
                    columns=("version", "condition number", "steps"),
                    rows=tuple((name, round(condition[name], 2), steps[name]) for name in inputs),
                ),
            ),
        )

    def _walk(self, X: Floats, y: Floats) -> Floats:
        """Return the weights (steps + 1, 2) from 0 until the loss is near enough to its minimum."""
        H = X.T @ X / len(y)
        best = np.linalg.solve(H, X.T @ y / len(y))
        low, *_, high = np.linalg.eigvalsh(H)
        rate = 2 / (low + high)
        walk = [np.zeros(2)]
        enough = self.target * (best @ H @ best)
        while (e := walk[-1] - best) @ H @ e > enough and len(walk) <= CAP:
            walk.append(walk[-1] - rate * H @ e)
        return np.array(walk)

    def _picture(self, inputs: dict[str, Floats], y: Floats, walks: dict[str, Floats]) -> Picture:
        panels = tuple(_panel(name, X, y, walks[name]) for name, X in inputs.items())
        return Picture(
            alt=f"The loss over both weights with the walks of gradient descent: {len(walks[RAW]) - 1} steps through a "
            f"narrow valley with raw inputs, {len(walks[SCALED]) - 1} through a round bowl with standardized ones.",
            panels=panels,
        )


def _panel(name: str, X: Floats, y: Floats, walk: Floats) -> Plot:
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    reach = 1.3 * np.abs(walk - best).max(axis=0) + 1e-9
    first, second = (np.linspace(best[axis] - reach[axis], best[axis] + reach[axis], 61) for axis in (0, 1))
    grid = np.stack(np.meshgrid(first, second), axis=-1)
    losses = ((grid @ X.T - y) ** 2).mean(axis=-1)
    kept = walk[:SHOWN]
    return Plot(
        title=f"{name}: {len(walk) - 1} steps",
        x_title="weight of input 1 (upwards: of input 2)",
        field=Field(x=first, y=second, values=losses, log=True),
        series=(
            Series(name=f"first {SHOWN} steps", x=kept[:, 0], y=kept[:, 1], kind="line and dots"),
            Series(name="minimum", x=best[:1], y=best[1:], kind="dots", role="mark"),
        ),
    )
