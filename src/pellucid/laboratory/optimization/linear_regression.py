"""Linear regression two ways: at once by the pseudo-inverse, and step by step by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series, Table, thin
from pellucid.foundation.errors import RangeError
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.walks import FAR, counted

NAMES: Final = ("bias", "w1", "w2")
SAME: Final = 1e-6  # difference of coefficients that counts as none
APART: Final = 0.01  # difference that anybody would see
WIDE: Final = 5.0  # standard errors within which the truth must lie


@dataclass(frozen=True, kw_only=True)
class LinearRegression(Experiment):
    """Fit y = 1.5 + 2 x1 + 5 x2 + noise both ways.

    Example:
        >>> result = LinearRegression().run()
        >>> bool(np.abs(result["pseudo_inverse"] - result["path"][-1]).max() < 1e-6)
        True
    """

    name: ClassVar[str] = "linear_regression"
    aliases: ClassVar[tuple[str, ...]] = ("pseudo-inverse", "least squares two ways")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "linear regression two ways"
    question: ClassVar[str] = "Does gradient descent find the line that algebra finds?"
    formula: ClassVar[str] = "w = pinv(X) y;  w <- w - rate X^T (X w - y), summed over the examples, not averaged"
    latex: ClassVar[str] = (
        r"\mathbf{w} = \mathbf{X}^+ \mathbf{y}, \qquad \mathbf{w} \leftarrow \mathbf{w} - \eta\, \mathbf{X}^\top "
        r"(\mathbf{X} \mathbf{w} - \mathbf{y})"
    )
    look_for: ClassVar[str] = (
        "The three paths run from 3 to the coefficients of the pseudo-inverse, the dashed lines, and not to the truth: "
        "100 noisy examples do not contain it. The gradient is summed, so the rate 0.001 acts like 0.1 on the mean. "
        "Set average to True: 2000 steps of 0.001 are then not nearly enough."
    )
    source: ClassVar[str] = "A.-M. Legendre, 1805; E. H. Moore, 1920, and R. Penrose, 1955 (pseudo-inverse)."

    truth: tuple[float, ...] = parameter(
        (1.5, 2.0, 5.0), "bias and the two weights that make the data", low=-1000, high=1000
    )
    noise: float = parameter(0.5, "standard deviation of the noise", low=0, high=100)
    examples: int = parameter(100, "how many examples", low=10, high=10_000)
    start: tuple[float, ...] = parameter((3.0, 3.0, 3.0), "where descent begins", low=-1000, high=1000)
    rate: float = parameter(1e-3, "learning rate", low=0, high=10)
    steps: int = parameter(2000, "how many steps", low=1, high=20_000)
    average: bool = parameter(False, "whether the gradient is the mean over the examples instead of the sum")
    seed: int = parameter(0, "of inputs and noise", low=0)

    def __post_init__(self) -> None:
        """Check that there are three coefficients.

        Raises:
            RangeError: truth or start has more or fewer.
        """
        super().__post_init__()
        for name, given in (("truth", self.truth), ("start", self.start)):
            if len(given) != len(NAMES):
                raise RangeError(f"{self.name} expected {name} to be three numbers, got {len(given)}: bias, w1, w2")

    def run(self) -> Result:
        """Return both solutions, the path of the coefficients (steps + 1, 3) and the losses (steps + 1,)."""
        draw = numpy_generator(self.seed, "linear regression")
        X = np.column_stack([np.ones(self.examples), draw.normal(size=(self.examples, 2))])
        y = X @ np.array(self.truth) + self.noise * draw.normal(size=self.examples)
        exact = np.linalg.pinv(X) @ y
        path, left = self._descend(X, y, average=self.average)
        other, _ = self._descend(X, y, average=not self.average)
        losses = 0.5 * ((path @ X.T - y) ** 2).mean(axis=1)
        rows = tuple(zip(NAMES, self.truth, exact.tolist(), path[-1].tolist(), strict=True))
        columns = ("coefficient", "truth", "pseudo-inverse", "gradient descent")
        return Result(
            experiment=self,
            values={"X": X, "y": y, "pseudo_inverse": exact, "path": path, "losses": losses, "left_at": left},
            claims=(self._same(exact, path, left), self._truth(X, y, exact), self._other(exact, path, other)),
            picture=_picture(exact, path, losses),
            tables=(Table(title="Coefficients", columns=columns, rows=rows),),
        )

    def _descend(self, X: Floats, y: Floats, *, average: bool) -> tuple[Floats, int | None]:
        w, path = np.array(self.start), [np.array(self.start)]
        parts = self.examples if average else 1
        for t in range(1, self.steps + 1):
            w = w - self.rate * X.T @ (X @ w - y) / parts
            if not np.abs(w).max() <= FAR:
                return np.array(path), t
            path.append(w)
        return np.array(path), None

    def _same(self, exact: Floats, path: Floats, left: int | None) -> Claim:
        apart = float(np.abs(path[-1] - exact).max())
        stop = "" if left is None else f"; it left the range of numbers at step {left}"
        return Claim(
            sentence="gradient descent reaches the coefficients of the pseudo-inverse",
            holds=left is None and apart <= SAME,
            measured=f"at most {apart:.1e} apart after {counted(len(path) - 1, self.steps)}{stop}",
        )

    def _truth(self, X: Floats, y: Floats, exact: Floats) -> Claim:
        """Standard errors by the textbook: noise variance times the diagonal of the inverse of X^T X."""
        variance = float(((X @ exact - y) ** 2).sum()) / (len(y) - len(NAMES))
        errors = np.sqrt(variance * np.diag(np.linalg.inv(X.T @ X)))
        away = np.abs(exact - np.array(self.truth)) / np.maximum(errors, 1e-12)
        return Claim(
            sentence="the truth lies within five standard errors of them, and not on them",
            holds=bool(APART < away.max() <= WIDE),
            measured=", ".join(
                f"{name} {one:.4g} ({far:.1f} errors away)" for name, one, far in zip(NAMES, exact, away, strict=True)
            ),
        )

    def _other(self, exact: Floats, path: Floats, other: Floats) -> Claim:
        apart, others = (float(np.abs(one[-1] - exact).max()) for one in (path, other))
        mine, its = ("mean", "sum") if self.average else ("sum", "mean")
        return Claim(
            sentence=f"sum or mean is no matter of taste: the same rate arrives with the {mine}, not with the {its}",
            holds=apart <= SAME and others > APART,
            measured=f"with the {mine} {apart:.1e} apart after {counted(len(path) - 1, self.steps)}, with the {its} "
            f"{others:.3g} after {counted(len(other) - 1, self.steps)}",
        )


def _picture(exact: Floats, path: Floats, losses: Floats) -> Picture:
    frames = []
    steps = np.arange(len(path)) + 1
    for t in thin(len(path)):
        shown = thin(t + 1, 200)
        x = steps[list(shown)]
        paths = tuple(Series(name=name, x=x, y=path[list(shown), k], role=ROLES[k]) for k, name in enumerate(NAMES))
        goals = tuple(Series(name="", x=steps[[0, -1]], y=np.full(2, one), role="quiet", dashed=True) for one in exact)
        coefficients = Plot(title="Coefficients", x_title="step + 1", x_log=True, series=(*goals, *paths))
        loss = Series(name="", x=x, y=losses[list(shown)], role="fourth")
        frames.append(
            Frame(
                label=f"step {t}",
                note=", ".join(f"{name} {one:.4g}" for name, one in zip(NAMES, path[t], strict=True)),
                panels=(coefficients, Plot(title="Loss", x_title="step + 1", x_log=True, y_log=True, series=(loss,))),
            )
        )
    told = ", ".join(f"{name} {one:.4g}" for name, one in zip(NAMES, path[-1], strict=True))
    return Picture(
        alt=f"Paths of the three coefficients, to {told}; the loss ends at {losses[-1]:.4g}.", frames=tuple(frames)
    )
