"""Logistic regression by its gradient, one line of NumPy, against Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series, Table, thin
from pellucid.foundation.errors import RangeError
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.principles.network import sigmoid

NAMES: Final = ("bias", "w1", "w2")
SAME: Final = 1e-6  # difference that counts as none
ROUNDING: Final = 1e-12
NEWTON_STEPS: Final = 50
DIFFERENCE: Final = 1e-5  # step of the central differences


@dataclass(frozen=True, kw_only=True)
class LogisticRegression(Experiment):
    """Fit P(y = 1) = sigmoid(w x) by gradient descent, without regularization.

    Example:
        >>> result = LogisticRegression().run()
        >>> bool(np.abs(result["path"][-1] - result["newton"]).max() < 1e-6)
        True
    """

    name: ClassVar[str] = "logistic_regression"
    aliases: ClassVar[tuple[str, ...]] = ("logistic regression by gradient descent",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "logistic regression by its gradient"
    question: ClassVar[str] = "Does plain descent reach the coefficients of a trusted solver?"
    formula: ClassVar[str] = "h = sigmoid(X w); w <- w - rate (1/m) sum (h - y) x"
    latex: ClassVar[str] = (
        r"\mathbf{h} = \sigma(\mathbf{X} \mathbf{w}), \qquad \mathbf{w} \leftarrow \mathbf{w} - \frac{\eta}{m} "
        r"\sum_{i=1}^m (h_i - y_i)\, \mathbf{x}_i"
    )
    look_for: ClassVar[str] = (
        "The gradient looks like that of linear regression, with probabilities in the place of predictions: no factor "
        "h (1 - h) is left, so that a confident mistake still pulls at full strength. The line where h = 1/2 turns "
        "early and then only sharpens: the direction is learnt first, the confidence last. Set spread to 100 and "
        "examples to 40: the classes separate, and the coefficients grow without end, as they must without "
        "regularization."
    )
    source: ClassVar[str] = "D. R. Cox, 1958; the gradient as in A. Ng's lecture notes CS229."

    truth: tuple[float, ...] = parameter(
        (0.5, 1.5, -1.0), "bias and the two weights that make the classes", low=-100, high=100
    )
    spread: float = parameter(1.0, "multiplies the truth: how certain the classes are", low=0, high=100)
    examples: int = parameter(300, "m, how many examples", low=20, high=10_000)
    rate: float = parameter(2.0, "learning rate", low=0, high=100)
    steps: int = parameter(1500, "how many steps", low=1, high=10_000)
    seed: int = parameter(0, "of inputs and classes", low=0)

    def __post_init__(self) -> None:
        """Check that there are three coefficients.

        Raises:
            RangeError: the truth has more or fewer.
        """
        super().__post_init__()
        if len(self.truth) != len(NAMES):
            raise RangeError(f"{self.name} expected truth to be three numbers, got {len(self.truth)}: bias, w1, w2")

    def run(self) -> Result:
        """Return the data, the path of the coefficients (steps + 1, 3), the costs, and Newton's coefficients."""
        draw = numpy_generator(self.seed, "logistic regression")
        X = np.column_stack([np.ones(self.examples), draw.normal(size=(self.examples, 2))])
        y = (draw.random(self.examples) < sigmoid(X @ np.array(self.truth) * self.spread)).astype(float)
        path = [np.zeros(len(NAMES))]
        for _ in range(self.steps):
            path.append(path[-1] - self.rate * _gradient(X, y, path[-1]))
        w = np.array(path)
        newton = _newton(X, y)
        costs = np.array([_cost(X, y, one) for one in w])
        rows = tuple(zip(NAMES, self.truth, newton.tolist(), w[-1].tolist(), strict=True))
        columns = ("coefficient", "truth", "Newton", "gradient descent")
        return Result(
            experiment=self,
            values={"X": X, "y": y, "path": w, "costs": costs, "newton": newton},
            claims=(_same(w, newton), _is_the_gradient(X, y), _falls(costs), _balanced(X, y, w[-1])),
            picture=_picture(X, y, w, newton),
            tables=(Table(title="Coefficients", columns=columns, rows=rows),),
        )


def _gradient(X: Floats, y: Floats, w: Floats) -> Floats:
    """Return (1/m) sum (h - y) x."""
    h = sigmoid(X @ w)
    return np.asarray(X.T @ (h - y) / len(y))


def _cost(X: Floats, y: Floats, w: Floats) -> float:
    """Return the mean cross-entropy: log(1 + exp(z)) - y z."""
    z = X @ w
    return float(np.mean(np.logaddexp(0, z) - y * z))


def _newton(X: Floats, y: Floats) -> Floats:
    """Return the coefficients by iteratively reweighted least squares: the classic solver, an independent way."""
    w = np.zeros(X.shape[1])
    for _ in range(NEWTON_STEPS):
        h = sigmoid(X @ w)
        H = (X.T * (h * (1 - h))) @ X / len(y)
        w = w - np.linalg.pinv(H) @ _gradient(X, y, w)
    return w


def _same(path: Floats, newton: Floats) -> Claim:
    apart = float(np.abs(path[-1] - newton).max())
    return Claim(
        sentence="gradient descent reaches the coefficients of Newton's method",
        holds=apart <= SAME,
        measured=f"at most {apart:.1e} apart after {len(path) - 1} steps",
    )


def _is_the_gradient(X: Floats, y: Floats) -> Claim:
    """Compare with central differences of the cost, away from the minimum."""
    w = np.array([0.3, -0.7, 0.9])
    steps = DIFFERENCE * np.eye(len(w))
    differences = np.array([(_cost(X, y, w + one) - _cost(X, y, w - one)) / (2 * DIFFERENCE) for one in steps])
    apart = float(np.abs(differences - _gradient(X, y, w)).max())
    return Claim(
        sentence="(1/m) sum (h - y) x is the gradient of the mean cross-entropy",
        holds=apart < SAME,
        measured=f"at most {apart:.1e} from central differences",
    )


def _falls(costs: Floats) -> Claim:
    climbs = int((np.diff(costs) > ROUNDING).sum())
    return Claim(
        sentence="the cost is convex: at this rate no step climbs",
        holds=climbs == 0,
        measured=f"{climbs} of {len(costs) - 1} steps climbed, cost from {costs[0]:.4g} to {costs[-1]:.4g}",
    )


def _balanced(X: Floats, y: Floats, w: Floats) -> Claim:
    """The gradient of the bias is mean(h) - mean(y), and it is 0 at the end."""
    h, share = float(sigmoid(X @ w).mean()), float(y.mean())
    return Claim(
        sentence="at the end the mean probability is the share of ones",
        holds=abs(h - share) < SAME,
        measured=f"{h:.6f} against {share:.6f}",
    )


def _picture(X: Floats, y: Floats, path: Floats, newton: Floats) -> Picture:
    frames = []
    for t in thin(len(path)):
        shown = list(thin(t + 1, 200))
        bias, w1, w2 = path[t]
        ends = np.array([-3.0, 3.0])
        steep = abs(w2) < ROUNDING
        line = np.full(2, np.nan) if steep else -(bias + w1 * ends) / w2
        plane = Plot(
            title="Line where h = 1/2",
            x_title="x1",
            y_title="x2",
            x_range=(-3.2, 3.2),
            y_range=(-3.2, 3.2),
            series=(
                Series(name="y = 1", x=X[y == 1, 1], y=X[y == 1, 2], kind="dots"),
                Series(name="y = 0", x=X[y == 0, 1], y=X[y == 0, 2], kind="dots", role="other"),
                Series(name="h = 1/2", x=ends, y=line, role="mark"),
            ),
        )
        x = np.array(shown) + 1
        goals = tuple(
            Series(name="", x=np.array([1, len(path)]), y=np.full(2, one), role="quiet", dashed=True) for one in newton
        )
        paths = tuple(Series(name=name, x=x, y=path[shown, k], role=ROLES[k + 2]) for k, name in enumerate(NAMES))
        coefficients = Plot(title="Coefficients", x_title="step + 1", x_log=True, series=(*goals, *paths))
        note = ", ".join(f"{name} {one:.4g}" for name, one in zip(NAMES, path[t], strict=True))
        frames.append(Frame(label=f"step {t}", note=note, panels=(plane, coefficients)))
    told = ", ".join(f"{name} {one:.4g}" for name, one in zip(NAMES, path[-1], strict=True))
    return Picture(
        alt=f"Two classes and the line between them, which turns as the coefficients grow to {told}.",
        frames=tuple(frames),
    )
