"""How a network starts: equal weights keep hidden units equal for ever; small, Xavier and He draws set them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

import numpy as np

from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series, Table, thin
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.network import (
    INITIALIZATIONS,
    Floats,
    Parameters,
    backward,
    forward,
    initialize,
    layer_sizes,
    loss,
    update,
)

HALF: Final = 0.5
EQUAL: Final = ("zeros", "constant")
DRAWN: Final = ("small", "Xavier", "He")
FRAMES: Final = 24
ROUNDING: Final = 1e-6
"""Units less apart than this are equal but for errors of 1e-16 that many steps have multiplied."""
LEARNT: Final = 0.9
"""Accuracy above which a network has understood the four quadrants."""


class Training(NamedTuple):
    """What one initialization led to."""

    losses: Floats  # (steps + 1,)
    kept: list[Parameters]  # at the shown steps
    accuracy: float


def train(x: Floats, y: Floats, p: Parameters, rate: float, steps: int, shown: tuple[int, ...] = ()) -> Training:
    """Follow full-batch gradient descent on the mean cross-entropy: forward, loss, backward, update.

    Args:
        x: (n, d) inputs.
        y: (n, 1) labels, 0 or 1.
        p: the parameters to begin with.
        rate: learning rate.
        steps: how many.
        shown: the steps whose parameters are kept.

    Example:
        >>> x = np.array([[-1.0], [1.0]])
        >>> y = np.array([[0.0], [1.0]])
        >>> train(x, y, initialize((1, 2, 1), "Xavier", np.random.default_rng(0)), 1.0, 50).accuracy
        1.0
    """
    losses, kept = np.empty(steps + 1), []
    for step in range(steps + 1):
        values = forward(p, x)
        losses[step] = loss(values, y)
        if step in shown:
            kept.append(p)
        p = update(p, backward(p, values, x, y), rate)
    return Training(losses, kept, float(((values.a2 > HALF) == y).mean()))


def unlikeness(p: Parameters) -> float:
    """Return how far two hidden units' incoming weights are apart at most; 0 when all units are equal.

    Example:
        >>> unlikeness(initialize((2, 4, 1), "constant", np.random.default_rng(0)))
        0.0
    """
    return float(np.ptp(np.vstack([p.W1, p.b1]), axis=1).max())


@dataclass(frozen=True, kw_only=True)
class Initialization(Experiment):
    """Train the same network from five starts on the four quadrants (y = 1 where x1 x2 > 0).

    Example:
        >>> result = Initialization(steps=50).run()
        >>> result["unlikeness"]["zeros"]
        0.0
    """

    name: ClassVar[str] = "initialization"
    aliases: ClassVar[tuple[str, ...]] = ("symmetry breaking", "zero initialization")
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "initialization and symmetry"
    question: ClassVar[str] = "Why must the weights not begin at zero, and what is gained by Xavier's or He's scale?"
    formula: ClassVar[str] = "W = 0; W = 0.01 N(0, 1); Xavier: variance 2 / (in + out); He: variance 2 / in"
    latex: ClassVar[str] = (
        r"W \sim 0.01\, N(0, 1), \quad \mathrm{Var}(W) = \frac{2}{n_{in} + n_{out}}, \quad "
        r"\mathrm{Var}(W) = \frac{2}{n_{in}}"
    )
    look_for: ClassVar[str] = (
        "From zeros or a constant, all hidden units stay on one spot: they get the same gradient, so the network is as "
        "wide as one unit. (In exact arithmetic for ever. From a constant, rounding errors of 1e-16 grow step by step; "
        "from zeros there are none.) Small random weights separate the units after a flat stretch: the signal back is "
        "a product with weights near 0. Xavier and He start to learn at once. Raise the number of units: from equal "
        "weights it does not help."
    )
    source: ClassVar[str] = "X. Glorot and Y. Bengio, 2010; K. He et al., 2015; tanh hidden units, sigmoid output."

    points: int = parameter(200, "points, uniform in the square from -1 to 1", low=10, high=3000)
    units: int = parameter(6, "hidden units", low=2, high=50)
    steps: int = parameter(1500, "steps of gradient descent", low=1, high=5000)
    rate: float = parameter(1.0, "learning rate", low=0, high=100)
    seed: int = parameter(0, "of the points and of the weights at the start", low=0)

    def run(self) -> Result:
        """Return for each initialization the losses (steps + 1,), the accuracy, and how unlike the units are."""
        rng = np.random.default_rng(self.seed)
        x = rng.uniform(-1, 1, (self.points, 2))
        y = (x[:, :1] * x[:, 1:] > 0).astype(float)
        early = self.steps // 10
        shown = tuple(sorted({*thin(self.steps + 1, FRAMES), early}))
        sizes = layer_sizes(x, y, self.units)
        found = {how: train(x, y, initialize(sizes, how, rng), self.rate, self.steps, shown) for how in INITIALIZATIONS}
        apart = {how: unlikeness(one.kept[-1]) for how, one in found.items()}
        apart_early = {how: unlikeness(one.kept[shown.index(early)]) for how, one in found.items()}
        values = {
            "losses": {how: one.losses for how, one in found.items()},
            "accuracy": {how: one.accuracy for how, one in found.items()},
            "unlikeness": apart,
            "early_unlikeness": apart_early,
        }
        rows = tuple(
            (how, round(float(one.losses[-1]), 4), round(one.accuracy, 4), round(apart[how], 4))
            for how, one in found.items()
        )
        columns = ("start", "loss at the end", "accuracy", "units apart by")
        return Result(
            experiment=self,
            values=values,
            claims=_claims(found, apart, apart_early, float(max(y.mean(), (1 - y).mean()))),
            picture=_picture(found, shown),
            tables=(Table(title="Five starts", columns=columns, rows=rows),),
        )


def _claims(
    found: dict[str, Training], apart: dict[str, float], apart_early: dict[str, float], share: float
) -> tuple[Claim, ...]:
    early = {how: float(found[how].losses[len(found[how].losses) // 10]) for how in DRAWN}
    worst, best = min(found[how].accuracy for how in DRAWN), max(found[how].accuracy for how in EQUAL)
    return (
        Claim(
            sentence="zero weights never break the symmetry: every hidden unit stays what the others are",
            holds=apart["zeros"] == 0,
            measured=f"largest difference between two units after training: {apart['zeros']:g}",
        ),
        Claim(
            sentence="from zeros the network only learns the share of the classes",
            holds=found["zeros"].accuracy <= share,
            measured=f"accuracy {found['zeros'].accuracy:.3g}; the larger class has {share:.3g}",
        ),
        Claim(
            sentence="equal weights other than zero: the units stay equal but for rounding",
            holds=apart_early["constant"] <= ROUNDING,
            measured=f"after a tenth of the steps apart by {apart_early['constant']:.1e} (small draws: "
            f"{apart_early['small']:.1e}), at the end by {apart['constant']:.1e}",
        ),
        Claim(
            sentence="small, Xavier and He draws break the symmetry and learn the task",
            holds=worst >= LEARNT > best,
            measured=f"accuracy at least {worst:.3g}; from equal weights at most {best:.3g}",
        ),
        Claim(
            sentence="Xavier and He learn sooner than small draws",
            holds=max(early["Xavier"], early["He"]) < early["small"],
            measured="loss after a tenth of the steps: " + ", ".join(f"{how} {early[how]:.3g}" for how in DRAWN),
        ),
    )


def _picture(found: dict[str, Training], shown: tuple[int, ...]) -> Picture:
    frames = []
    for i, step in enumerate(shown):
        units = tuple(
            Series(name=how, x=one.kept[i].W1[0], y=one.kept[i].W1[1], kind="dots", role=role)
            for (how, one), role in zip(found.items(), ROLES, strict=False)
        )
        curves = tuple(
            Series(name=how, x=np.arange(1, step + 2), y=one.losses[: step + 1], role=role)
            for (how, one), role in zip(found.items(), ROLES, strict=False)
        )
        frames.append(
            Frame(
                label=f"step {step:,}",
                note="loss: " + ", ".join(f"{how} {one.losses[step]:.3f}" for how, one in found.items()),
                panels=(
                    Plot(title="Incoming weights of the hidden units", x_title="w1", y_title="w2", series=units),
                    Plot(title="Mean loss", x_title="step + 1", x_log=True, series=curves),
                ),
            )
        )
    ends = ", ".join(f"{how} {one.losses[-1]:.3f}" for how, one in found.items())
    return Picture(
        alt=f"Loss over the steps from five starts, and where each hidden unit's weights lie. Loss at the end: {ends}.",
        frames=tuple(frames),
    )
