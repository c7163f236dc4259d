"""Weight decay shrinks weights: gradient descent with it reaches ridge regression's closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

DECAYS: Final = (0.0, *np.geomspace(0.003, 10, 12).tolist())
VALIDATION_ROWS: Final = 500
NEAR: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class WeightDecay(Experiment):
    """Fit a linear regression with few rows for each weight, for growing decay.

    Example:
        >>> result = WeightDecay().run()
        >>> bool(result["norms"][0] > result["norms"][-1])
        True
    """

    name: ClassVar[str] = "weight_decay"
    aliases: ClassVar[tuple[str, ...]] = ("ridge regression by descent",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "weight decay"
    question: ClassVar[str] = "What does weight decay do to the weights, and to the error on other rows?"
    formula: ClassVar[str] = "w <- w - rate (X^T (X w - y) / n + decay w)  ->  w = (X^T X / n + decay I)^-1 X^T y / n"
    latex: ClassVar[str] = (
        r"w \leftarrow w - \eta \left(\frac{1}{n} X^{\top} (X w - y) + \lambda w\right) \;\to\; "
        r"w = \left(\frac{1}{n} X^{\top} X + \lambda I\right)^{-1} \frac{1}{n} X^{\top} y"
    )
    look_for: ClassVar[str] = (
        "All weights shrink towards 0, none reaches it. The training error only grows; the validation error first "
        "falls, "
        "because most of the large weights were noise, then rises when the true ones are pressed down too."
    )
    source: ClassVar[str] = "A. Hoerl & R. Kennard, Ridge regression, 1970; A. Krogh & J. Hertz, 1992."

    rows: int = parameter(25, "training rows", low=5, high=500)
    features: int = parameter(20, "weights", low=2, high=100)
    noise: float = parameter(1.0, "standard deviation of the targets' noise", low=0, high=10)
    seed: int = parameter(0, "of the data")

    def run(self) -> Result:
        """Return decays, weights (decays, d), their norms, and the errors on training and validation rows."""
        generator = numpy_generator(self.seed, "rows")
        truth = generator.normal(0, 0.3, self.features)
        X, V = (generator.normal(0, 1, (n, self.features)) for n in (self.rows, VALIDATION_ROWS))
        y, v = (one @ truth + generator.normal(0, self.noise, len(one)) for one in (X, V))
        weights = np.array([_closed(X, y, decay) for decay in DECAYS])
        shown = DECAYS[len(DECAYS) // 2]
        walked = _descend(X, y, shown)
        norms = np.linalg.norm(weights, axis=1)
        errors = {"training": _errors(X, y, weights), "validation": _errors(V, v, weights)}
        off = float(np.abs(walked - _closed(X, y, shown)).max())
        best = int(errors["validation"].argmin())
        return Result(
            experiment=self,
            values={"decays": np.array(DECAYS), "weights": weights, "norms": norms, "errors": errors, "off": off},
            claims=(
                Claim(
                    sentence="gradient descent with weight decay arrives at the closed form of ridge regression",
                    holds=off < NEAR,
                    measured=f"largest difference of a weight {off:.1e} at decay {shown:.3g}",
                ),
                Claim(
                    sentence="more decay, smaller weights, always",
                    holds=bool((np.diff(norms) < 0).all()),
                    measured=f"norm {norms[0]:.3f} without, {norms[-1]:.3f} at decay {DECAYS[-1]:g}",
                ),
                Claim(
                    sentence="the training error grows with the decay, the validation error is lowest at some decay "
                    "above 0",
                    holds=bool((np.diff(errors["training"]) >= 0).all() and best > 0),
                    measured=f"validation {errors['validation'][0]:.2f} without, {errors['validation'][best]:.2f} at "
                    f"{DECAYS[best]:.3g}; training {errors['training'][0]:.2f} to {errors['training'][-1]:.2f}",
                ),
            ),
            picture=self._picture(weights, errors, best),
        )

    def _picture(self, weights: Floats, errors: dict[str, Floats], best: int) -> Picture:
        x = np.array(DECAYS[1:])
        return Picture(
            alt=f"Weights and errors over the decay: all weights shrink; the validation error is lowest at "
            f"{DECAYS[best]:.3g}.",
            panels=(
                Plot(
                    title="weights",
                    x_title="weight decay",
                    x_log=True,
                    series=tuple(
                        Series(name="" if place else "a weight", x=x, y=one, role="subject")
                        for place, one in enumerate(weights[1:].T)
                    ),
                ),
                Plot(
                    title="mean squared error",
                    x_title="weight decay",
                    x_log=True,
                    series=(
                        Series(name="validation", x=x, y=errors["validation"][1:], role="third"),
                        Series(name="training", x=x, y=errors["training"][1:], role="other"),
                    ),
                ),
            ),
        )


def _closed(X: Floats, y: Floats, decay: float) -> Floats:
    n, d = X.shape
    return np.asarray(np.linalg.solve(X.T @ X / n + decay * np.eye(d), X.T @ y / n))


def _descend(X: Floats, y: Floats, decay: float) -> Floats:
    """Return the weights where gradient descent with decay stands still."""
    n, d = X.shape
    w = np.zeros(d)
    rate = 1 / (np.linalg.norm(X, 2) ** 2 / n + decay)
    g = -X.T @ y / n
    while np.abs(g).max() >= NEAR / 100:  # a decay above 0 makes the bowl round enough to arrive
        w = w - rate * g
        g = X.T @ (X @ w - y) / n + decay * w
    return w


def _errors(X: Floats, y: Floats, weights: Floats) -> Floats:
    return np.asarray(((X @ weights.T - y[:, None]) ** 2).mean(axis=0))
