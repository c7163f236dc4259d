"""A network with four hidden units learns a diamond: where it is right and wrong, over 20,000 steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Frame, Picture, Plot, Series, Table, thin
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.network import (
    Floats,
    Hidden,
    Parameters,
    backward,
    forward,
    initialize,
    layer_sizes,
    loss,
    update,
)
from pellucid.laboratory.principles.plane import regions

HALF: Final = 0.5
"""A probability above it reads as inside."""
WANTED: Final = 0.96
FRAMES: Final = 16


@dataclass(frozen=True, kw_only=True)
class Diamond(Experiment):
    """Train 3-4-1 by full-batch gradient descent to tell |x1| + |x2| < 1.

    Example:
        >>> bool(Diamond(points=200).run()["accuracy"] > 0.9)
        True
    """

    name: ClassVar[str] = "diamond"
    aliases: ClassVar[tuple[str, ...]] = ("two-layer network",)
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "a network with one hidden layer learns a diamond"
    question: ClassVar[str] = "Can four hidden units learn a region that no single line cuts out?"
    formula: ClassVar[str] = "p = sigmoid(W2 sigmoid(W1 (x1, x2, 1))), w <- w - rate dL/dw, L the sum of all losses"
    latex: ClassVar[str] = (
        r"p = \sigma\left(W_2\, \sigma\left(W_1 (x_1, x_2, 1)^T\right)\right), \quad "
        r"W \leftarrow W - \eta\, \frac{\partial}{\partial W} \sum_i L_i"
    )
    look_for: ClassVar[str] = (
        "The loss stands still for about a thousand steps, while the units are still alike; then each takes one edge "
        "of the diamond. Mistakes stay near the edges and corners. Rate 0.001 works since the gradient is summed over "
        "500 points: set loss=mean, and the same rate is 500 times slower and learns nothing. The weights begin at "
        "0.3 N(0, 1): from 1 N(0, 1) one seed in ten, from 0.01 one in five stays below 0.96. With hidden=tanh most "
        "seeds stay below, many on fewer edges than four."
    )
    source: ClassVar[str] = "D. Rumelhart, G. Hinton and R. Williams, 1986; the diamond is a classroom example."

    points: int = parameter(500, "points, uniform in the square from -1 to 1", low=10, high=3000)
    units: int = parameter(4, "hidden units", low=1, high=25)
    hidden: str = parameter("sigmoid", "activation of the hidden units", choices=("sigmoid", "tanh"))
    steps: int = parameter(20_000, "steps of gradient descent", low=1, high=40_000)
    rate: float = parameter(0.001, "learning rate", low=0, high=10)
    loss: str = parameter("sum", "whether the loss is the points' sum or mean", choices=("sum", "mean"))
    scale: float = parameter(0.3, "standard deviation of the weights at the start", low=0, high=10)
    seed: int = parameter(0, "of the points and of the weights at the start", low=0)

    def run(self) -> Result:
        """Return the points x (n, 3) and labels y (n, 1), losses and accuracies at the shown steps, the weights."""
        rng = np.random.default_rng(self.seed)
        x = np.c_[rng.uniform(-1, 1, (self.points, 2)), np.ones(self.points)]
        y = (np.abs(x[:, :2]).sum(1, keepdims=True) < 1).astype(float)
        shown = thin(self.steps + 1, FRAMES)
        weights = self._train(x, y, rng, shown)
        passes = [forward(p, x, self._hidden) for p in weights]
        accuracies = np.array([((one.a2 > HALF) == y).mean() for one in passes])
        losses = np.array([loss(one, y) for one in passes])
        said = passes[-1].a2 > HALF
        counts = {"TP": said & (y > 0), "FP": said & (y == 0), "FN": ~said & (y > 0), "TN": ~said & (y == 0)}
        values = {"x": x, "y": y, "steps": np.array(shown), "losses": losses, "accuracies": accuracies}
        values |= {"accuracy": accuracies[-1], "W1": weights[-1].W1, "W2": weights[-1].W2}
        return Result(
            experiment=self,
            values=values | {name: int(found.sum()) for name, found in counts.items()},
            claims=self._claims(y, accuracies, losses),
            picture=self._picture(x, y, shown, weights, losses, accuracies),
            tables=(
                Table(
                    title="What the network says, against the truth",
                    columns=("truth", "inside", "outside"),
                    rows=(
                        ("inside", int(counts["TP"].sum()), int(counts["FN"].sum())),
                        ("outside", int(counts["FP"].sum()), int(counts["TN"].sum())),
                    ),
                ),
            ),
        )

    @property
    def _hidden(self) -> Hidden:
        return cast(Literal["tanh", "sigmoid"], self.hidden)

    def _train(self, x: Floats, y: Floats, rng: np.random.Generator, shown: tuple[int, ...]) -> list[Parameters]:
        """Return the weights at the steps that are shown; the one in x is the only bias."""
        p = initialize(layer_sizes(x, y, self.units), "small", rng, self.scale)
        rate = self.rate * len(y) if self.loss == "sum" else self.rate  # `backward` is of the mean
        kept = []
        for step in range(self.steps + 1):
            if step in shown:
                kept.append(p)
            values = forward(p, x, self._hidden)
            p = update(p, backward(p, values, x, y, self._hidden, biases=False), rate)
        return kept

    def _claims(self, y: Floats, accuracies: Floats, losses: Floats) -> tuple[Claim, ...]:
        share = float(max(y.mean(), 1 - y.mean()))
        return (
            Claim(
                sentence=f"{self.units} hidden units reach accuracy {WANTED} in {self.steps:,} steps at {self.rate:g}",
                holds=bool(accuracies[-1] >= WANTED),
                measured=f"accuracy {accuracies[-1]:.4g} on {self.points} points; the larger class has {share:.3g}",
            ),
            Claim(
                sentence="the loss falls from each shown step to the next",
                holds=bool((np.diff(losses) < 0).all()),
                measured=f"mean loss {losses[0]:.4g} before, {losses[-1]:.4g} after",
            ),
        )

    def _picture(
        self,
        x: Floats,
        y: Floats,
        shown: tuple[int, ...],
        weights: list[Parameters],
        losses: Floats,
        accuracies: Floats,
    ) -> Picture:
        frames = tuple(
            Frame(
                label=f"step {step:,}",
                note=f"loss {losses[i]:.4f}, accuracy {accuracies[i]:.3f}",
                panels=(
                    self._plane(x, y, weights[i]),
                    Plot(
                        title="Mean loss",
                        x_title="step + 1",
                        x_log=True,
                        series=(
                            Series(name="loss", x=np.array(shown) + 1, y=losses, role="quiet"),
                            Series(name="now", x=np.array([step + 1]), y=losses[i : i + 1], kind="dots", role="mark"),
                        ),
                    ),
                ),
            )
            for i, step in enumerate(shown)
        )
        return Picture(
            alt=f"{self.points} points inside and outside a diamond, and the region that the network calls inside: "
            f"accuracy {accuracies[0]:.3f} before and {accuracies[-1]:.3f} after {self.steps:,} steps.",
            frames=frames,
        )

    def _plane(self, x: Floats, y: Floats, p: Parameters) -> Plot:
        def decide(points: Floats) -> Floats:
            return forward(p, np.c_[points, np.ones(len(points))], self._hidden).z2[:, 0]

        said, inside = decide(x[:, :2]) > 0, y[:, 0] > 0
        corners = np.array([[0, 1], [1, 0], [0, -1], [-1, 0], [0, 1]])

        def dots(name: str, which: NDArray[np.bool_], role: Literal["subject", "third", "other", "mark"]) -> Series:
            return Series(name=name, x=x[which, 0], y=x[which, 1], kind="dots", role=role)

        return Plot(
            x_title="x1",
            y_title="x2",
            square=True,
            field=regions(decide, -1, 1),
            series=(
                Series(name="the diamond", x=corners[:, 0], y=corners[:, 1], role="quiet"),
                dots("true positive", said & inside, "subject"),
                dots("true negative", ~said & ~inside, "other"),
                dots("false positive", said & ~inside, "mark"),
                dots("false negative", ~said & inside, "third"),
            ),
        )
