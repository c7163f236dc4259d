"""One outlier, three losses: the line of squared error follows it, those of absolute error and Huber stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Frame, Picture, Plot, Role, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SLOPE, HEIGHT, NOISE = 2.0, 1.0, 0.3
HEIGHTS: Final = 21  # positions of the outlier
ROUNDS: Final = 200  # of reweighted least squares: more change nothing
NEAR: Final = 1e-6  # an error below it counts as this large, so that no weight is infinite
STILL: Final = 0.05
LOSSES: Final = ("squared", "absolute", "huber")


@dataclass(frozen=True, kw_only=True)
class RobustRegression(Experiment):
    """Lift one of the points and fit a line by squared, absolute and Huber loss.

    Example:
        >>> result = RobustRegression().run()
        >>> result["slopes"].shape
        (21, 3)
    """

    name: ClassVar[str] = "robust_regression"
    aliases: ClassVar[tuple[str, ...]] = ("outliers", "huber regression")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "one outlier and three losses"
    question: ClassVar[str] = "How far does one wrong point turn the line of squared, absolute and Huber loss?"
    formula: ClassVar[str] = "minimize sum of L(y - a x - b): d^2, |d|, or Huber; weight of a row = L'(d) / d"
    latex: ClassVar[str] = r"\min_{a,b} \sum_i L(y_i - a x_i - b), \quad w_i = \frac{L'(d_i)}{d_i}"
    look_for: ClassVar[str] = (
        "The line of squared loss turns by the same amount with every step of the outlier, without end. The other two "
        "stop: beyond delta, the outlier pulls with a constant force, however far away it is."
    )
    source: ClassVar[str] = "P. J. Huber, Robust estimation of a location parameter, 1964."

    n: int = parameter(21, "how many points", low=5, high=200)
    far: float = parameter(20.0, "how far the last point is lifted", low=1, high=100)
    delta: float = parameter(1.0, "where Huber's parabola turns into a line", low=0.01, high=100)
    seed: int = parameter(0, "of the noise", low=0)

    def run(self) -> Result:
        """Return lifts (21,), slopes and heights (21, 3) of the three lines, and the points."""
        x = np.linspace(-1, 1, self.n)
        y = SLOPE * x + HEIGHT + np.random.default_rng(self.seed).normal(scale=NOISE, size=self.n)
        lifts = np.linspace(0, self.far, HEIGHTS)
        fits = np.array([[self._fit(x, _lifted(y, lift), loss) for loss in LOSSES] for lift in lifts])
        slopes, heights = fits[..., 0], fits[..., 1]
        moved = np.abs(slopes[-1] - slopes[0])
        steps = np.diff(slopes[:, 0])
        late = np.abs(slopes[-1] - slopes[HEIGHTS // 2])
        claims = (
            Claim(
                sentence="the line of squared loss turns more than those of absolute and Huber loss",
                holds=bool(moved[0] > max(moved[1], moved[2])),
                measured=", ".join(f"{name} slope by {by:.3f}" for name, by in zip(LOSSES, moved, strict=True)),
            ),
            Claim(
                sentence="squared loss: every step of the outlier turns the line by the same amount",
                holds=bool(np.allclose(steps, steps[0])),
                measured=f"{steps.min():.4f} to {steps.max():.4f} for each {lifts[1]:g}",
            ),
            Claim(
                sentence="absolute and Huber loss: from half way on, the line turns less than a twentieth as much",
                holds=bool(late[1:].max() < STILL * late[0]),
                measured=f"squared {late[0]:.4f}, absolute {late[1]:.6f}, Huber {late[2]:.6f}",
            ),
        )
        values = {"x": x, "y": y, "lifts": lifts, "slopes": slopes, "heights": heights}
        return Result(experiment=self, values=values, claims=claims, picture=self._picture(values))

    def _fit(self, x: Floats, y: Floats, loss: str) -> Floats:
        """Return slope and height: least squares, reweighted until the weights fit the loss."""
        A = np.column_stack([x, np.ones_like(x)])
        weights = np.ones_like(x)
        line: Floats = np.zeros(2)
        for _ in range(1 if loss == "squared" else ROUNDS):
            line = np.asarray(np.linalg.solve(A.T @ (weights[:, None] * A), A.T @ (weights * y)))
            d = np.maximum(np.abs(y - A @ line), NEAR)
            weights = 1 / d if loss == "absolute" else np.minimum(1, self.delta / d)
        return line

    def _picture(self, values: dict[str, Floats]) -> Picture:
        x, y, lifts, slopes, heights = values.values()
        roles: dict[str, Role] = {"squared": "other", "absolute": "subject", "huber": "third"}
        ends = np.array([-1.0, 1.0])
        over = tuple(
            Series(name=name, x=lifts, y=slopes[:, place], role=roles[name]) for place, name in enumerate(LOSSES)
        )
        frames = []
        for step, lift in enumerate(lifts):
            lines = tuple(
                Series(name=name, x=ends, y=slopes[step, place] * ends + heights[step, place], role=roles[name])
                for place, name in enumerate(LOSSES)
            )
            dots = Series(name="points", x=x, y=_lifted(y, lift), kind="dots", role="quiet")
            now = Series(name="now", x=np.full(3, lift), y=slopes[step], kind="dots", role="mark")
            panels = (
                Plot(title="points and lines", x_title="x", series=(dots, *lines)),
                Plot(title="slope over the lift", x_title="lift of the outlier", series=(*over, now)),
            )
            note = ", ".join(f"{name} slope {slopes[step, place]:.3f}" for place, name in enumerate(LOSSES))
            frames.append(Frame(label=f"lifted by {lift:g}", note=note, panels=panels))
        return Picture(alt=f"The last point is lifted by {self.far:g}: {note}.", frames=tuple(frames))


def _lifted(y: Floats, lift: float) -> Floats:
    return np.append(y[:-1], y[-1] + lift)
