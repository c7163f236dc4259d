"""A sigmoid output that is confidently wrong: squared error hardly moves it, cross-entropy does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series, thin
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]
Gradient = Callable[[Any], Any]

SQUARED: Final = "squared error"
CROSS: Final = "cross-entropy"
FAR: Final = 12.0
"""How far the curves are drawn on both sides."""
FRAMES: Final = 30


@dataclass(frozen=True, kw_only=True)
class SaturatedOutput(Experiment):
    """Walk the logit of one example with target 1 down both losses, from a start that is confidently wrong.

    Example:
        >>> result = SaturatedOutput().run()
        >>> int(result["steps of cross-entropy"]), int(result["steps of squared error"])
        (9, 1507)
    """

    name: ClassVar[str] = "saturated_output"
    aliases: ClassVar[tuple[str, ...]] = ("saturation", "sigmoid with squared error")
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "sigmoid output: squared error or cross-entropy"
    question: ClassVar[str] = "Why does a sigmoid output need cross-entropy rather than squared error?"
    formula: ClassVar[str] = "p = sigmoid(z); d(p - 1)^2/dz = 2 (p - 1) p (1 - p); d(-log p)/dz = p - 1"
    latex: ClassVar[str] = (
        r"p = \sigma(z), \qquad \frac{d (p-1)^2}{dz} = 2 (p - 1)\, p\, (1 - p), \qquad \frac{d(-\log p)}{dz} = p - 1"
    )
    look_for: ClassVar[str] = (
        "On the far left squared error is flat: the worse the mistake, the smaller the gradient, because sigmoid's own "
        "slope p (1 - p) is a factor of it. Cross-entropy's logarithm cancels that factor, and what remains is the "
        "error "
        "p - 1 itself. Start nearer to 0: both then take about as long."
    )
    source: ClassVar[str] = "M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 3; S. Solla et al., 1988."

    start: float = parameter(-8.0, "first logit; the target is 1, so negative is wrong", low=-11, high=-0.1)
    rate: float = parameter(1.0, "learning rate", low=0.01, high=10)
    cap: int = parameter(50_000, "most steps", low=10, high=200_000)

    def run(self) -> Result:
        """Return both walks of the logit until p passes 1/2, and their gradients at the start."""
        walks = {name: self._walk(gradient) for name, gradient in GRADIENTS.items()}
        steps = {name: len(walk) - 1 for name, walk in walks.items()}
        pulls = {name: float(abs(gradient(self.start))) for name, gradient in GRADIENTS.items()}
        return Result(
            experiment=self,
            values={
                **{f"walk of {name}": walk for name, walk in walks.items()},
                **{f"steps of {name}": count for name, count in steps.items()},
                **{f"gradient of {name}": pull for name, pull in pulls.items()},
            },
            claims=(
                Claim(
                    sentence="confidently wrong, squared error's gradient is less than a hundredth of cross-entropy's",
                    holds=100 * pulls[SQUARED] < pulls[CROSS],
                    measured=f"at z = {self.start:g}: {pulls[SQUARED]:.2e} against {pulls[CROSS]:.4f}",
                ),
                Claim(
                    sentence="squared error needs more than a hundred times the steps to come right",
                    holds=steps[SQUARED] > 100 * steps[CROSS],
                    measured=f"{_counted(walks[SQUARED])} against {_counted(walks[CROSS])} until p > 1/2",
                ),
                Claim(
                    sentence="a worse mistake has a smaller gradient under squared error, a larger one under "
                    "cross-entropy",
                    holds=bool(
                        abs(_squared(self.start - 1)) < pulls[SQUARED] and abs(_cross(self.start - 1)) > pulls[CROSS]
                    ),
                    measured=f"one step further out: {abs(_squared(self.start - 1)):.2e} and "
                    f"{abs(_cross(self.start - 1)):.6f}",
                ),
            ),
            picture=self._picture(walks),
        )

    def _walk(self, gradient: Gradient) -> Floats:
        """Return the logits, from the start until p passes 1/2, or as many as the cap allows."""
        walk = [self.start]
        while walk[-1] <= 0 and len(walk) <= self.cap:
            walk.append(walk[-1] - self.rate * gradient(walk[-1]))
        return np.array(walk)

    def _picture(self, walks: dict[str, Floats]) -> Picture:
        longest = max(len(walk) for walk in walks.values())
        frames = tuple(self._frame(step, walks) for step in thin(longest, FRAMES))
        return Picture(
            alt=f"Loss over the logit of an example with target 1. From {self.start:g}, cross-entropy comes right "
            f"after {_counted(walks[CROSS])}, squared error after {_counted(walks[SQUARED])}.",
            frames=frames,
        )

    def _frame(self, step: int, walks: dict[str, Floats]) -> Frame:
        z = np.linspace(-FAR, FAR / 2, 201)
        now = {name: walk[min(step, len(walk) - 1)] for name, walk in walks.items()}
        loss: list[Series] = []
        pull: list[Series] = []
        for name, role in ((CROSS, ROLES[0]), (SQUARED, ROLES[1])):
            at = np.array([now[name]])
            loss.append(Series(name=name, x=z, y=LOSSES[name](z), role=role))
            loss.append(Series(name=f"{name}: the logit", x=at, y=LOSSES[name](at), kind="dots", role=role))
            pull.append(Series(name=name, x=z, y=np.abs(GRADIENTS[name](z)), role=role))
        return Frame(
            label=f"step {step}",
            note=", ".join(f"{name}: z = {at:.3f}, p = {_sigmoid(at):.4f}" for name, at in now.items()),
            panels=(
                Plot(title="loss", x_title="logit z", series=tuple(loss)),
                Plot(title="size of the gradient", x_title="logit z", series=tuple(pull)),
            ),
        )


def _counted(walk: Floats) -> str:
    """Return the steps of a walk in words; one that ends on the wrong side was stopped by the cap."""
    steps = len(walk) - 1
    return f"{'more than ' if walk[-1] <= 0 else ''}{steps:,} step{'s' * (steps != 1)}"


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _squared(z: Any) -> Any:
    p = _sigmoid(z)
    return 2 * (p - 1) * p * (1 - p)


def _cross(z: Any) -> Any:
    return _sigmoid(z) - 1


LOSSES: Final[dict[str, Gradient]] = {
    SQUARED: lambda z: (_sigmoid(z) - 1) ** 2,
    CROSS: lambda z: np.log1p(np.exp(-z)),
}
GRADIENTS: Final[dict[str, Gradient]] = {SQUARED: _squared, CROSS: _cross}
