"""First weights that are too large: the gradient grows by the same factor at every layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.toys import Floats

ROWS: Final = 16
WIDTH: Final = 32
LEVEL: Final = 1000.0
EXACT: Final = 1e-9
"""Relative: rounding of float64 over a hundred layers."""


@dataclass(frozen=True, kw_only=True)
class ExplodingGradients(Experiment):
    """Multiply the first weights of a ReLU network by a factor, and measure the gradient by depth.

    Example:
        >>> result = ExplodingGradients(scales=(1.0, 2.0), depth=11).run()
        >>> round(result["norms"][1, -1] / result["norms"][0, -1])
        1024
    """

    name: ClassVar[str] = "exploding_gradients"
    aliases: ClassVar[tuple[str, ...]] = ("exploding gradient",)
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "exploding gradients from large first weights"
    question: ClassVar[str] = "What happens to the gradient when the first weights are twice too large?"
    formula: ClassVar[str] = "ReLU network without biases, weights times c: d output/d W_l grows by c^(L - 1)"
    latex: ClassVar[str] = (
        r"\frac{\partial y}{\partial W_l}\Big(c\,W_1, \ldots, c\,W_L\Big) = c^{L-1}\, "
        r"\frac{\partial y}{\partial W_l}\Big(W_1, \ldots, W_L\Big)"
    )
    look_for: ClassVar[str] = (
        "Straight lines on a logarithmic scale: a factor for each layer. Only the scale of He (factor 1) stays "
        "level. A "
        "factor of 2 is enough for nan: float32 ends at 3.4e38, after about 128 doublings. Factors below 1 vanish "
        "instead."
    )
    source: ClassVar[str] = (
        "Y. Bengio, P. Simard & P. Frasconi, 1994; K. He et al., 2015, for the scale that stays level."
    )

    scales: tuple[float, ...] = parameter((0.5, 1.0, 1.5, 2.0, 4.0), "factors on He's weights", low=0.1, high=10)
    depth: int = parameter(80, "most layers", low=2, high=200)
    seed: int = parameter(0, "of the inputs and the weights")

    def run(self) -> Result:
        """Return the norms of the gradient of the first layer (scales, depths), and where float32 gives up."""
        depths = np.unique(np.linspace(2, self.depth, 8).astype(int))
        norms = np.array([[self._norm(scale, int(depth)) for depth in depths] for scale in self.scales])
        plain = np.array([self._norm(1.0, int(depth)) for depth in depths])
        factors = np.array(self.scales)[:, None] ** (depths - 1)
        off = float(np.abs(norms / (plain * factors) - 1).max())
        largest = max(self.scales)
        in_float32 = self._norm(largest, self.depth, single=True)
        return Result(
            experiment=self,
            values={"depths": depths, "norms": norms, "in float32": in_float32},
            claims=(
                Claim(
                    sentence="weights c times as large make the gradient c^(L - 1) times as large, exactly",
                    holds=off < EXACT,
                    measured=f"largest relative difference {off:.1e} over {len(self.scales)} factors and depths up to "
                    f"{self.depth}",
                ),
                Claim(
                    sentence="only a factor of 1 (He) keeps the gradient within a factor of 1,000 over all depths",
                    holds=bool(((norms.max(axis=1) / norms.min(axis=1) < LEVEL) == (np.array(self.scales) == 1)).all()),
                    measured=", ".join(
                        f"x{scale:g}: {one.min():.1e} to {one.max():.1e}"
                        for scale, one in zip(self.scales, norms, strict=True)
                    ),
                ),
                Claim(
                    sentence=f"in float32, a factor of {largest:g} leaves no number at all at depth {self.depth}",
                    holds=not np.isfinite(in_float32),
                    measured=f"gradient norm {in_float32:.3g} in float32, {norms[int(np.argmax(self.scales)), -1]:.1e} "
                    f"in float64",
                ),
            ),
            picture=self._picture(depths, norms),
        )

    def _norm(self, scale: float, depth: int, *, single: bool = False) -> float:
        """Return the norm of the gradient of the mean output by the first weights, of all starts the same."""
        import torch

        from pellucid.laboratory.training.dense import dense

        generator = torch_generator(self.seed, "start", depth)
        network = dense((WIDTH,) * (depth + 1), torch.relu, generator, scale=scale)
        inputs = torch.randn((ROWS, WIDTH), generator=generator, dtype=torch.float64)
        first, *rest = (one.detach().float() if single else one.detach() for one in network.weights)
        first.requires_grad_()
        outputs = (inputs.float() if single else inputs) @ first
        for weight in rest:
            outputs = outputs.relu() @ weight
        (gradient,) = torch.autograd.grad(outputs.mean(), (first,))
        largest = gradient.abs().max()  # taken out, so that squares neither overflow nor vanish
        return float(largest * (gradient / largest).norm()) if largest > 0 else float(largest)

    def _picture(self, depths: Floats, norms: Floats) -> Picture:
        return Picture(
            alt=f"Gradient norm of the first layer over the depth, logarithmic: at depth {depths[-1]} from "
            f"{norms[:, -1].min():.1e} for the smallest factor to {norms[:, -1].max():.1e} for the largest.",
            panels=(
                Plot(
                    title="gradient norm of the first layer",
                    x_title="layers",
                    y_log=True,
                    series=tuple(
                        Series(
                            name=f"{scale:g} x He",
                            x=depths,
                            y=one,
                            kind="line and dots",
                            role=ROLES[place % len(ROLES)],
                        )
                        for place, (scale, one) in enumerate(zip(self.scales, norms, strict=True))
                    ),
                ),
            ),
        )
