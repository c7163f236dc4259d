"""The vanishing gradient: a product of small slopes, one for each layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.principles.network import sigmoid

Pair = tuple[Callable[[Floats], Floats], Callable[[Floats], Floats], float]


KINDS: Final = MappingProxyType[str, Pair](
    {  # activation, its slope, and the gain of its usual initialization: variance gain / width
        "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), 1.0),
        "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, 1.0),
        "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float), 2.0),
    }
)
KEPT: Final = (0.5, 2.0)  # a factor a layer that keeps the size
STEEPEST_SIGMOID: Final = 0.25
LEAST: Final = float(np.finfo(float).tiny)  # so that 0 has a place on a logarithmic axis


@dataclass(frozen=True, kw_only=True)
class VanishingGradient(Experiment):
    """Send a gradient back through deep networks of sigmoid, tanh and ReLU units.

    Example:
        >>> result = VanishingGradient(depth=20).run()
        >>> bool(result["sigmoid"][0] < 1e-9 < result["ReLU"][0])
        True
    """

    name: ClassVar[str] = "vanishing_gradient"
    aliases: ClassVar[tuple[str, ...]] = ("vanishing gradients",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "the vanishing gradient"
    question: ClassVar[str] = "How much of the gradient arrives at the first layer?"
    formula: ClassVar[str] = "dL/dh_l = W_l^T (s'(z_l) * dL/dh_{l+1})"
    latex: ClassVar[str] = (
        r"\frac{\partial L}{\partial \mathbf{h}_l} = \mathbf{W}_l^\top \left( \sigma'(\mathbf{z}_l) \odot "
        r"\frac{\partial L}{\partial \mathbf{h}_{l+1}} \right)"
    )
    look_for: ClassVar[str] = (
        "On the logarithmic axis the lines are straight: each layer multiplies the gradient by about the same factor. "
        "For the sigmoid that factor is below a quarter, and twenty layers leave nothing. ReLU has slope 1 where it "
        "is active, and with He's weights the factor is about 1. Set scale to 2: now the gradient of ReLU explodes."
    )
    source: ClassVar[str] = "S. Hochreiter, 1991; X. Glorot & Y. Bengio, 2010; K. He et al., 2015."

    depth: int = parameter(20, "how many layers", low=2, high=100)
    width: int = parameter(64, "units in each layer", low=2, high=256)
    scale: float = parameter(1.0, "multiplies the usual initial weights", low=0.1, high=3)
    seed: int = parameter(0, "of weights and input", low=0)

    def run(self) -> Result:
        """Return for each activation the length of the gradient before each layer, 1 at the end: (depth + 1,)."""
        lengths = {name: self._backward(name) for name in KINDS}
        factor = {name: float(one[0] ** (1 / self.depth)) for name, one in lengths.items()}
        series = tuple(
            Series(
                name=name, x=np.arange(self.depth + 1), y=np.maximum(one, LEAST), role=ROLES[k], kind="line and dots"
            )
            for k, (name, one) in enumerate(lengths.items())
        )
        told = ", ".join(f"{name} {one[0]:.1e}" for name, one in lengths.items())
        plot = Plot(x_title="layer", y_title="length of the gradient", y_log=True, series=series)
        return Result(
            experiment=self,
            values={**lengths, "factor": factor},
            claims=self._claims(lengths, factor),
            picture=Picture(alt=f"Length of the gradient at the input, 1 at the output: {told}.", panels=(plot,)),
        )

    def _backward(self, name: str) -> Floats:
        activation, slope, gain = KINDS[name]
        draw = numpy_generator(self.seed, "vanishing gradient")
        deviation = self.scale * np.sqrt(gain / self.width)
        weights = [deviation * draw.normal(size=(self.width, self.width)) for _ in range(self.depth)]
        h, slopes = draw.normal(size=self.width), []
        for W in weights:
            z = W @ h
            slopes.append(slope(z))
            h = activation(z)
        g = np.full(self.width, self.width**-0.5)
        lengths = [1.0]
        for W, s in zip(reversed(weights), reversed(slopes), strict=True):
            g = W.T @ (s * g)
            lengths.append(float(np.sqrt(g @ g)))
        return np.array(lengths[::-1])

    def _claims(self, lengths: dict[str, Floats], factor: dict[str, float]) -> tuple[Claim, ...]:
        bound = STEEPEST_SIGMOID * 2 * self.scale  # a square normal matrix stretches by less than about twice its scale
        return (
            Claim(
                sentence="through sigmoid layers the gradient vanishes",
                holds=bool(lengths["sigmoid"][0] < 1e-3 ** (self.depth / 10)),
                measured=f"{lengths['sigmoid'][0]:.1e} of 1 is left after {self.depth} layers",
            ),
            Claim(
                sentence="each sigmoid layer multiplies it by less than 1/4 of what its weights stretch",
                holds=factor["sigmoid"] < bound,
                measured=f"factor {factor['sigmoid']:.3f} a layer, bound {bound:.3f}",
            ),
            Claim(
                sentence="through ReLU layers with He's weights it keeps its size",
                holds=bool(KEPT[0] < factor["ReLU"] < KEPT[1]),
                measured=f"factor {factor['ReLU']:.3f} a layer, {lengths['ReLU'][0]:.2g} left after {self.depth}",
            ),
            Claim(
                sentence="tanh loses less than the sigmoid",
                holds=factor["tanh"] > 2 * factor["sigmoid"],
                measured=f"factor {factor['tanh']:.3f} against {factor['sigmoid']:.3f} a layer",
            ),
        )
