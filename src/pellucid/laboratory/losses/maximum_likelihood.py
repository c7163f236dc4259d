"""Minimizing a loss is maximizing a likelihood: four distributions, four losses, four statistics that come out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

NEAR: Final = 1e-6
HALVINGS: Final = 80  # of the interval in which the least cost lies
GOLDEN: Final = (math.sqrt(5) - 1) / 2
POINTS: Final = 121
AT: Final = (0.25, 0.6)  # two constants at which loss and likelihood are compared

Cost = Callable[[float, Floats], float]
CASES: Final[tuple[tuple[str, str, str, Cost, Cost, Callable[[Floats], float], tuple[float, float]], ...]] = (
    (
        "Gaussian",
        "squared error",
        "mean",
        lambda c, y: float(np.mean((y - c) ** 2) / 2),
        lambda c, y: float(np.mean((y - c) ** 2 / 2 + math.log(2 * math.pi) / 2)),
        lambda y: float(np.mean(y)),
        (-3.0, 5.0),
    ),
    (
        "Laplace",
        "absolute error",
        "median",
        lambda c, y: float(np.mean(np.abs(y - c))),
        lambda c, y: float(np.mean(np.abs(y - c) + math.log(2))),
        lambda y: float(np.median(y)),
        (-3.0, 5.0),
    ),
    (
        "Bernoulli",
        "binary cross-entropy",
        "frequency",
        lambda c, y: float(-np.mean(y * math.log(c) + (1 - y) * math.log(1 - c))),
        lambda c, y: float(-np.mean(np.log(np.where(y == 1, c, 1 - c)))),
        lambda y: float(np.mean(y)),
        (0.01, 0.99),
    ),
    (
        "Poisson",
        "Poisson loss",
        "mean",
        lambda c, y: float(np.mean(c - y * math.log(c))),
        lambda c, y: float(np.mean([c - one * math.log(c) + math.lgamma(one + 1) for one in y])),
        lambda y: float(np.mean(y)),
        (0.05, 8.0),
    ),
)
"""Distribution, loss, statistic; cost of a constant; its mean negative log-likelihood; the statistic; where to look."""


@dataclass(frozen=True, kw_only=True)
class MaximumLikelihood(Experiment):
    """Draw from four distributions and find the constant of least loss.

    Example:
        >>> result = MaximumLikelihood().run()
        >>> bool(abs(result["least"]["Laplace"] - result["statistic"]["Laplace"]) < 1e-6)
        True
    """

    name: ClassVar[str] = "maximum_likelihood"
    aliases: ClassVar[tuple[str, ...]] = ("likelihood and loss", "why squared error")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "every loss is a likelihood"
    question: ClassVar[str] = "Which constant does each loss choose, and which distribution stands behind it?"
    formula: ClassVar[str] = "argmin_c sum L(c, y_i) = argmax_c product p(y_i | c) where L = -log p + constant"
    latex: ClassVar[str] = (
        r"\mathrm{argmin}_c \sum_i L(c, y_i) = \mathrm{argmax}_c \prod_i p(y_i \mid c), "
        r"\quad L = -\log p + \text{const}"
    )
    look_for: ClassVar[str] = (
        "Each curve is least at the statistic that the books name: mean, median, frequency, mean. The curve of the "
        "absolute error has kinks, one at each target, so its least point is a target (n is odd)."
    )
    source: ClassVar[str] = (
        "C. F. Gauss, 1809; R. A. Fisher, On the mathematical foundations of theoretical statistics, 1922."
    )

    n: int = parameter(
        101, "how many targets of each distribution; odd, so that the median is one of them", low=3, high=2001
    )
    seed: int = parameter(0, "of the draws", low=0)

    def run(self) -> Result:
        """Return the targets, the constant of least loss and the statistic, by distribution."""
        generator = np.random.default_rng(self.seed)
        targets = {
            "Gaussian": generator.normal(1, 1, self.n),
            "Laplace": generator.laplace(1, 1, self.n),
            "Bernoulli": np.append((generator.random(self.n - 2) < 0.3) * 1.0, [0.0, 1.0]),  # noqa: PLR2004  # a share
            "Poisson": np.append(generator.poisson(3, self.n - 1), 1.0),
        }
        least, statistic, panels, claims, rows = {}, {}, [], [], []
        for name, loss, called, cost, likelihood, known, (low, high) in CASES:
            y = targets[name]
            least[name], statistic[name] = _least(lambda c, y=y, cost=cost: cost(c, y), low, high), known(y)  # type: ignore[misc]  # bound at once
            gaps = [likelihood(c, y) - cost(c, y) for c in AT]
            same = bool(np.isclose(gaps[0], gaps[1]))
            agree = abs(least[name] - statistic[name]) < NEAR
            claims.append(
                Claim(
                    sentence=f"{loss} is the likelihood of {name}, and its best constant is the {called}",
                    holds=agree and same,
                    measured=f"least at {least[name]:.6f}, {called} {statistic[name]:.6f}; −log p − loss is "
                    f"{gaps[0]:.4f} "
                    f"at {AT[0]} and {gaps[1]:.4f} at {AT[1]}",
                )
            )
            rows.append((name, loss, called, least[name], statistic[name]))
            panels.append(_panel(f"{name}: {loss}", lambda c, y=y, cost=cost: cost(c, y), low, high, least[name]))  # type: ignore[misc]  # bound at once
        columns = ("distribution", "loss", "statistic", "best constant", "its value")
        found = ", ".join(f"{row[1]} {row[3]:.3f} ({row[2]})" for row in rows)
        return Result(
            experiment=self,
            values={"targets": targets, "least": least, "statistic": statistic},
            claims=tuple(claims),
            picture=Picture(alt=f"Four losses over a constant prediction, least at: {found}.", panels=tuple(panels)),
            tables=(Table(title="best constants", columns=columns, rows=tuple(rows)),),
        )


def _least(cost: Callable[[float], float], low: float, high: float) -> float:
    """Return where a convex cost is least: by its slope's sign, which keeps more digits than its value."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        step = (high - low) / 8 + NEAR / 100
        low, high = (low, middle + step) if cost(middle + step) >= cost(middle - step) else (middle - step, high)
    return (low + high) / 2


def _panel(title: str, cost: Callable[[float], float], low: float, high: float, least: float) -> Plot:
    c = np.linspace(low, high, POINTS)
    series = (
        Series(name="cost of a constant", x=c, y=np.array([cost(float(one)) for one in c])),
        Series(name="least", x=np.array([least]), y=np.array([cost(least)]), kind="dots", role="mark"),
    )
    return Plot(title=title, x_title="constant prediction", series=series)
