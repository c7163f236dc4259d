"""The gradient of each layer in deep networks of sigmoid, tanh, ReLU and GELU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.toys import Floats

if TYPE_CHECKING:
    pass

SPREAD_OF: Final = {"sigmoid": "xavier", "tanh": "xavier", "ReLU": "he", "GELU": "he"}
"""The first weights that are usual for each activation."""
ROWS: Final = 32
INPUTS: Final = 8
WITHIN: Final = 30
PER_SIGMOID: Final = 0.35
"""Of the gradient for each sigmoid layer: slope 1/4, and the weights add a little."""


@dataclass(frozen=True, kw_only=True)
class GradientsByDepth(Experiment):
    """Measure the gradient of every weight matrix before the first step, for growing depth.

    Example:
        >>> result = GradientsByDepth(depth=6).run()
        >>> result["norms of ReLU"].shape
        (6,)
    """

    name: ClassVar[str] = "gradients_by_depth"
    aliases: ClassVar[tuple[str, ...]] = ("vanishing gradients by depth",)
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "vanishing gradients by depth and activation"
    question: ClassVar[str] = "How much of the gradient reaches the first layer of a deep network?"
    formula: ClassVar[str] = "dL/dh_(l-1) = (dL/dh_l * f'(z_l)) W_l^T: one factor f' for every layer; sigmoid' <= 1/4"
    latex: ClassVar[str] = (
        r"\frac{\partial L}{\partial h_{l-1}} = \left(\frac{\partial L}{\partial h_l} \odot f'(z_l)\right) W_l^{\top}, "
        r"\qquad \sigma'(z) \le \frac{1}{4}"
    )
    look_for: ClassVar[str] = (
        "The scale is logarithmic: sigmoid's straight line to the left is a constant factor for each layer, near the "
        "1/4 of "
        "its steepest slope. Tanh with Xavier's weights, ReLU and GELU with He's keep the gradient's size. On the "
        "right, "
        "the ratio of the first layer to the last over the depth."
    )
    source: ClassVar[str] = "S. Hochreiter, 1991; X. Glorot & Y. Bengio, 2010; K. He et al., 2015."

    depth: int = parameter(16, "weight matrices", low=3, high=60)
    width: int = parameter(48, "units in each hidden layer", low=2, high=256)
    starts: int = parameter(4, "random starts; the geometric mean is shown", low=1, high=20)
    seed: int = parameter(0, "of the inputs and the weights")

    def run(self) -> Result:
        """Return the gradient norms by layer (depth,), and the ratio of the first layer to the last by depth."""
        depths = np.unique(np.linspace(3, self.depth, 5).astype(int))
        norms = {name: self._norms(name, self.depth) for name in SPREAD_OF}
        ratios = {name: np.array([_ratio(self._norms(name, int(depth))) for depth in depths]) for name in SPREAD_OF}
        kept = {name: _ratio(one) for name, one in norms.items()}
        return Result(
            experiment=self,
            values={**{f"norms of {name}": one for name, one in norms.items()}, "depths": depths, "ratios": ratios},
            claims=self._claims(kept),
            picture=self._picture(norms, depths, ratios, kept),
            tables=(
                Table(
                    title=f"What reaches the first of {self.depth} layers",
                    columns=("activation", "first weights", "first layer / last layer", "factor for each layer"),
                    rows=tuple(
                        (name, SPREAD_OF[name], f"{one:.1e}", round(one ** (1 / (self.depth - 1)), 3))
                        for name, one in kept.items()
                    ),
                ),
            ),
        )

    def _norms(self, name: str, depth: int) -> Floats:
        """Return the norm of the gradient of each weight matrix (depth,): geometric mean over the starts."""
        import torch
        from torch.nn.functional import gelu

        from pellucid.laboratory.training.dense import dense

        activation = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu, "GELU": gelu}[name]
        generator = torch_generator(self.seed, "start")  # the same for every activation
        network = dense(
            (INPUTS, *[self.width] * (depth - 1), 1),
            activation,
            generator,
            spread=SPREAD_OF[name],
            copies=(self.starts,),
        )
        inputs = torch.randn((ROWS, INPUTS), generator=generator, dtype=torch.float64)
        targets = torch.randn((ROWS, 1), generator=generator, dtype=torch.float64)
        loss = ((network(inputs) - targets) ** 2).mean(dim=(-1, -2)).sum()
        gradients = torch.autograd.grad(loss, network.weights)
        return np.array([float(one.flatten(1).norm(dim=1).log().mean().exp()) for one in gradients])

    def _claims(self, kept: dict[str, float]) -> tuple[Claim, ...]:
        lost = PER_SIGMOID ** (self.depth - 1)
        return (
            Claim(
                sentence=f"with sigmoid, the first of {self.depth} layers gets less than {lost:.0e} of the last "
                f"one's gradient",
                holds=kept["sigmoid"] < lost,
                measured=f"{kept['sigmoid']:.1e} of the last layer's gradient",
            ),
            Claim(
                sentence=f"ReLU with He's weights keeps the gradient's size within a factor of {WITHIN}",
                holds=1 / WITHIN < kept["ReLU"] < WITHIN,
                measured=f"first layer / last layer = {kept['ReLU']:.2g}",
            ),
            Claim(
                sentence="tanh and GELU lose far less than sigmoid: less than half as many powers of ten",
                holds=min(kept["tanh"], kept["GELU"]) > kept["sigmoid"] ** 0.5,
                measured=f"tanh {kept['tanh']:.2g}, GELU {kept['GELU']:.2g}, sigmoid {kept['sigmoid']:.1e}",
            ),
        )

    def _picture(
        self, norms: dict[str, Floats], depths: Floats, ratios: dict[str, Floats], kept: dict[str, float]
    ) -> Picture:
        return Picture(
            alt=f"Gradient norms by layer, logarithmic. First layer over last layer at depth {self.depth}: "
            + ", ".join(f"{name} {one:.1e}" for name, one in kept.items()),
            panels=(
                Plot(
                    title=f"gradient norm by layer, depth {self.depth}",
                    x_title="layer",
                    y_log=True,
                    series=tuple(
                        Series(name=name, x=np.arange(1, self.depth + 1), y=one, kind="line and dots", role=role)
                        for (name, one), role in zip(norms.items(), ROLES, strict=False)
                    ),
                ),
                Plot(
                    title="first layer / last layer",
                    x_title="depth",
                    y_log=True,
                    series=tuple(
                        Series(name=name, x=depths, y=one, kind="line and dots", role=role)
                        for (name, one), role in zip(ratios.items(), ROLES, strict=False)
                    ),
                ),
            ),
        )


def _ratio(norms: Floats) -> float:
    """Return how much of the last layer's gradient the first one gets: nothing where all units are dead."""
    return float(norms[0] / norms[-1]) if norms[-1] > 0 else 0.0
