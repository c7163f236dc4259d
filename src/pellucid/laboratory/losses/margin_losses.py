"""All losses of the margin side by side: which bound the mistakes, which pull boundedly, which chase outliers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Function = Callable[[Floats], Any]
LOSSES: Final[tuple[tuple[str, Function, Function], ...]] = (
    ("zero-one", lambda m: (m <= 0) * 1.0, lambda m: m * 0.0),
    ("perceptron", lambda m: np.maximum(0, -m), lambda m: (m < 0) * -1.0),
    ("hinge", lambda m: np.maximum(0, 1 - m), lambda m: (m < 1) * -1.0),
    ("logistic", lambda m: np.logaddexp(0, -m), lambda m: -1 / (1 + np.exp(m))),
    ("exponential", lambda m: np.exp(-m), lambda m: -np.exp(-m)),
    ("squared", lambda m: (1 - m) ** 2, lambda m: -2 * (1 - m)),
)
"""Name, loss and its derivative by the margin m = y z."""
POINTS: Final = 301
ROUNDING: Final = 1e-12
BOUND: Final = 1.0  # the greatest pull of the bounded ones


@dataclass(frozen=True, kw_only=True)
class MarginLosses(Experiment):
    """Compute six losses over the margin m = y z, and how hard one mislabelled row pulls.

    Example:
        >>> result = MarginLosses().run()
        >>> round(float(result["pulls"]["exponential"]), 2), round(float(result["pulls"]["hinge"]), 2)
        (0.8, 0.01)
    """

    name: ClassVar[str] = "margin_losses"
    aliases: ClassVar[tuple[str, ...]] = ("comparison of losses", "surrogate losses")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "the losses of the margin compared"
    question: ClassVar[str] = "What do hinge, logistic, exponential and squared loss do that zero-one loss cannot?"
    formula: ClassVar[str] = "m = y z: [m <= 0], max(0, -m), max(0, 1 - m), log(1 + exp(-m)), exp(-m), (1 - m)^2"
    latex: ClassVar[str] = r"[m \le 0],\; \max(0,-m),\; \max(0,1-m),\; \log(1+e^{-m}),\; e^{-m},\; (1-m)^2"
    look_for: ClassVar[str] = (
        "The zero-one loss has no slope, so nothing can be learnt from it; the others have one wherever a row is "
        "wrong. "
        "Left, exponential loss lets one mislabelled row outweigh a hundred. Right, squared loss punishes rows "
        "that are right by a wide margin. Move the outlier with --set outlier=-8."
    )
    source: ClassVar[str] = "T. Hastie, R. Tibshirani & J. Friedman, The Elements of Statistical Learning, 2009, 10.6."

    outlier: float = parameter(-5.5, "the margin of one mislabelled row", low=-12, high=-1)
    others: int = parameter(100, "rows that are right beside it", low=1, high=10_000)
    margin: float = parameter(0.5, "the margin of the others", low=0.01, high=0.99)

    def run(self) -> Result:
        """Return losses and gradients over margins (301,), and the share of the outlier in the gradient of all rows."""
        m = np.linspace(-3, 3, POINTS)
        losses = {name: loss(m) for name, loss, _ in LOSSES}
        gradients = {name: slope(m) for name, _, slope in LOSSES}
        far, near = np.array([self.outlier]), np.array([self.margin])
        pulls, rows = {}, []
        for name, loss, slope in LOSSES:
            own, rest = -float(slope(far)[0]), -float(slope(near)[0]) * self.others
            pulls[name] = own / (own + rest) if own + rest > 0 else 0.0
            steepest = float(-slope(np.array([-50.0]))[0])
            rows.append((name, float(loss(far)[0]), own, pulls[name], "yes" if steepest <= BOUND else "no"))
        return Result(
            experiment=self,
            values={"m": m, "losses": losses, "gradients": gradients, "pulls": pulls},
            claims=self._claims(m, losses, gradients, pulls),
            picture=self._picture(m, losses, gradients),
            tables=(
                Table(
                    title=f"one mislabelled row (margin {self.outlier:g}) among {self.others} right ones",
                    columns=("loss", "its loss", "its pull", "share of all pull", "bounded"),
                    rows=tuple(rows),
                ),
            ),
        )

    def _claims(
        self, m: Floats, losses: dict[str, Floats], gradients: dict[str, Floats], pulls: dict[str, float]
    ) -> tuple[Claim, ...]:
        base_two = losses["logistic"] / np.log(2)
        above = [
            (one >= losses["zero-one"] - ROUNDING).all() for one in (losses["hinge"], losses["exponential"], base_two)
        ]
        least = {name: float(m[np.argmin(loss)]) for name, loss in losses.items()}
        small = losses["perceptron"][(m < 0) & (m > -BOUND)]
        bounded = {name: float(np.abs(gradients[name]).max()) for name in ("perceptron", "hinge", "logistic")}
        return (
            Claim(
                sentence="hinge, exponential and logistic loss (to base 2) lie above zero-one loss everywhere",
                holds=all(above),
                measured=f"{sum(map(bool, above))} of 3 do, at {len(m)} margins from -3 to 3",
            ),
            Claim(
                sentence="the perceptron loss does not: a slight mistake costs less than 1",
                holds=bool((small < 1).all()),
                measured=f"for margins just below 0 it is {small.min():.2f}",
            ),
            Claim(
                sentence="perceptron, hinge and logistic loss never pull harder than 1",
                holds=max(bounded.values()) <= BOUND,
                measured=", ".join(f"{name} {value:.3f}" for name, value in bounded.items()),
            ),
            Claim(
                sentence="under exponential loss one mislabelled row pulls harder than under hinge or logistic loss",
                holds=pulls["exponential"] > max(pulls["hinge"], pulls["logistic"]),
                measured=", ".join(f"{name} {share:.1%}" for name, share in pulls.items()),
            ),
            Claim(
                sentence="squared loss punishes being right by a margin above 1",
                holds=bool(least["squared"] < m[-1] and losses["squared"][-1] > losses["squared"].min()),
                measured=f"it is least at margin {least['squared']:.2f} and {losses['squared'][-1]:g} at margin 3",
            ),
        )

    def _picture(self, m: Floats, losses: dict[str, Floats], gradients: dict[str, Floats]) -> Picture:
        def panel(title: str, drawn: dict[str, Floats], low: float, high: float) -> Plot:
            series = [
                Series(name=name, x=m, y=one, role=role) for (name, one), role in zip(drawn.items(), ROLES, strict=True)
            ]
            return Plot(title=title, x_title="margin y z", series=tuple(series), y_range=(low, high))

        likelihoods = {name: np.exp(-one) for name, one in losses.items()}
        return Picture(
            alt="Six losses over the margin from -3 to 3. At margin -2: zero-one 1, perceptron 2, hinge 3, "
            "logistic 2.13, "
            "exponential 7.39, squared 9.",
            panels=(
                panel("loss", losses, -0.1, 5),
                panel("gradient", gradients, -5, 2),
                panel("likelihood exp(-loss)", likelihoods, -0.03, 1.03),
            ),
            columns=3,
        )
