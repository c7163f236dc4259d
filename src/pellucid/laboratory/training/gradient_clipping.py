"""A cliff in the loss of a recurrent product: one gradient throws the weight away, clipping keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Frame, Picture, Plot, Series, thin
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

TARGET: Final = 0.5
NEAR: Final = 1e-3
"""Of the loss: arrived."""
FAR: Final = 10.0
"""A weight beyond: thrown away."""


@dataclass(frozen=True, kw_only=True)
class GradientClipping(Experiment):
    """Learn w in h_t = w h_(t-1) so that the state after many steps is 1/2: plain, and with clipped gradients.

    Example:
        >>> result = GradientClipping().run()
        >>> bool(result["plain"][1] < -10), float(result["clipped"][-1].round(3))
        (True, 0.977)
    """

    name: ClassVar[str] = "gradient_clipping"
    aliases: ClassVar[tuple[str, ...]] = ("clipping",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "clipping a gradient that explodes"
    question: ClassVar[str] = "What does clipping the norm of the gradient save?"
    formula: ClassVar[str] = "L(w) = (w^T - 1/2)^2; g <- g min(1, c / |g|); w <- w - rate g"
    latex: ClassVar[str] = (
        r"L(w) = \left(w^T - \frac{1}{2}\right)^2, \qquad g \leftarrow g \min\left(1, "
        r"\frac{c}{\left\|g\right\|}\right), "
        r"\qquad w \leftarrow w - \eta\, g"
    )
    look_for: ClassVar[str] = (
        "Right of 1 the loss is a wall: w^30 grows by thousands over a tenth. The first plain step is thrown out of "
        "the "
        "picture. Clipped, each step keeps its direction and is at most rate times the limit long; in the valley the "
        "gradient is small and clipping does nothing."
    )
    source: ClassVar[str] = (
        "R. Pascanu, T. Mikolov & Y. Bengio, On the difficulty of training recurrent networks, 2013."
    )

    start: float = parameter(1.1, "first weight", low=0.9, high=1.3)
    length: int = parameter(30, "T, how often the weight is multiplied", low=1, high=60)
    rate: float = parameter(0.002, "learning rate", low=1e-6, high=1)
    limit: float = parameter(1.0, "c, largest norm of a clipped gradient", low=0.001, high=1000)
    steps: int = parameter(150, "how many", low=2, high=1000)

    def run(self) -> Result:
        """Return the weights of both walks: (steps + 1,); the plain one ends where it is thrown away."""
        plain, clipped = self._walk(np.inf), self._walk(self.limit)
        first = float(abs(self._gradient(self.start)))
        end = float(self._loss(clipped[-1]))
        return Result(
            experiment=self,
            values={"plain": plain, "clipped": clipped, "first gradient": first},
            claims=(
                Claim(
                    sentence="the plain step is thrown far out of the valley",
                    holds=bool(np.abs(plain).max() > FAR),
                    measured=f"gradient {first:,.0f} at w = {self.start:g}: the weight goes to {plain[1]:.1f}",
                ),
                Claim(
                    sentence="with the same rate, clipped steps arrive",
                    holds=end < NEAR,
                    measured=f"w = {clipped[-1]:.4f}, loss {end:.1e} after {self.steps} steps; minimum at "
                    f"{TARGET ** (1 / self.length):.4f}",
                ),
            ),
            picture=self._picture(plain, clipped),
        )

    def _loss(self, w: Floats) -> Floats:
        return (w**self.length - TARGET) ** 2

    def _gradient(self, w: float) -> float:
        return float(2 * (w**self.length - TARGET) * self.length * w ** (self.length - 1))

    def _walk(self, limit: float) -> Floats:
        """Return the weights until the steps are over or the weight is thrown away."""
        walk = [self.start]
        while len(walk) <= self.steps and abs(walk[-1]) <= FAR:
            g = self._gradient(walk[-1])
            walk.append(walk[-1] - self.rate * g * min(1.0, limit / max(abs(g), 1e-300)))
        return np.array(walk)

    def _picture(self, plain: Floats, clipped: Floats) -> Picture:
        w = np.linspace(0.85, max(self.start, 1.0) + 0.01, 201)
        frames = tuple(
            Frame(
                label=f"step {t}",
                note=f"clipped: w = {clipped[t]:.4f}; plain: w = {plain[min(t, len(plain) - 1)]:.4g}",
                panels=(
                    Plot(
                        x_title="w",
                        y_title="loss",
                        y_log=True,
                        x_range=(float(w[0]), float(w[-1])),
                        series=(
                            Series(name="loss", x=w, y=self._loss(w) + NEAR / 10, role="quiet"),
                            Series(
                                name="clipped",
                                x=clipped[: t + 1],
                                y=self._loss(clipped[: t + 1]) + NEAR / 10,
                                kind="line and dots",
                            ),
                            Series(
                                name=f"plain: one step from here to w = {plain[1]:.1f}",
                                x=plain[:1],
                                y=self._loss(plain[:1]),
                                kind="dots",
                                role="other",
                            ),
                        ),
                    ),
                ),
            )
            for t in thin(len(clipped))
        )
        return Picture(
            alt=f"The loss over w with a wall right of 1: the plain step jumps from {self.start:g} to {plain[1]:.1f}, "
            f"clipped steps walk down to {clipped[-1]:.4f}.",
            frames=frames,
        )
