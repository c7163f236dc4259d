"""Layers without an activation: their product is one layer, and depth gains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.toys import Floats, sine

if TYPE_CHECKING:
    from pellucid.laboratory.training.dense import Dense

ROWS: Final = 60
RATE: Final = 0.05
TOLERANCE: Final = 1e-12
"""Of the largest output: rounding of float64."""


@dataclass(frozen=True, kw_only=True)
class LinearCollapse(Experiment):
    """Multiply the matrices of a deep linear network, and train it against a straight line and against ReLU.

    Example:
        >>> result = LinearCollapse().run()
        >>> result["matrix"].shape, bool(result["difference"] < 1e-12)
        ((1, 1), True)
    """

    name: ClassVar[str] = "linear_collapse"
    aliases: ClassVar[tuple[str, ...]] = ("linear activations",)
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "linear layers collapse into one"
    question: ClassVar[str] = "What does a deep network gain when there is no activation between its layers?"
    formula: ClassVar[str] = "((x W1 + b1) W2 + b2) W3 + b3 = x W + b with W = W1 W2 W3, b = (b1 W2 + b2) W3 + b3"
    latex: ClassVar[str] = (
        r"\left((x W_1 + b_1) W_2 + b_2\right) W_3 + b_3 = x W + b, \qquad W = W_1 W_2 W_3, \quad "
        r"b = (b_1 W_2 + b_2) W_3 + b_3"
    )
    look_for: ClassVar[str] = (
        "The deep linear network draws the same straight line as least squares: it has many more weights and exactly "
        "as "
        "many functions. The same network with ReLU between the same layers bends. Raise `layers`: nothing changes for "
        "the linear one."
    )
    source: ClassVar[str] = "M. Minsky & S. Papert, Perceptrons, 1969; A. Saxe et al., 2014, on how such nets learn."

    layers: int = parameter(4, "weight matrices", low=2, high=10)
    width: int = parameter(16, "units in each hidden layer", low=1, high=64)
    steps: int = parameter(800, "training steps on all rows", low=1, high=3000)
    seed: int = parameter(0, "of the data and the first weights")

    def run(self) -> Result:
        """Return the matrix (1, 1) and bias of the product, the fits (n,), and the three losses."""
        import torch

        from pellucid.laboratory.training.dense import dense, like

        x, y = sine(self.seed, ROWS)
        sizes = (1, *[self.width] * (self.layers - 1), 1)
        deep = dense(sizes, lambda z: z, torch_generator(self.seed, "weights"), spread="xavier")
        bent = like(deep, torch.relu)
        fits = {"linear layers": self._train(deep, x, y), "with ReLU between": self._train(bent, x, y)}
        matrix, bias = _product(deep)
        fits["least squares"] = np.asarray(np.polyval(np.polyfit(x[:, 0], y, 1), x[:, 0]), np.float64)
        losses = {name: float(np.mean((fit - y) ** 2)) for name, fit in fits.items()}
        collapsed = (x @ matrix + bias)[:, 0]
        difference = float(np.abs(collapsed - fits["linear layers"]).max() / np.abs(collapsed).max())
        return Result(
            experiment=self,
            values={"matrix": matrix, "bias": bias, "difference": difference, "losses": losses, **fits},
            claims=self._claims(difference, losses),
            picture=self._picture(x[:, 0], y, fits, losses),
        )

    def _train(self, network: Dense, x: Floats, y: Floats) -> Floats:
        """Return the fitted values (n,) after training."""
        import torch

        from pellucid.laboratory.training.dense import Training

        inputs, targets = torch.from_numpy(x), torch.from_numpy(y)
        training = Training(network.parameters, RATE)
        for _ in range(self.steps):
            training.step(((network(inputs)[:, 0] - targets) ** 2).mean())
        return np.asarray(network(inputs)[:, 0].detach())

    def _claims(self, difference: float, losses: dict[str, float]) -> tuple[Claim, ...]:
        deep, bent, line = (losses[name] for name in ("linear layers", "with ReLU between", "least squares"))
        return (
            Claim(
                sentence=f"{self.layers} linear layers are one linear layer: the product of their matrices",
                holds=difference < TOLERANCE,
                measured=f"largest difference of the outputs {difference:.1e} of the largest output",
            ),
            Claim(
                sentence="depth does not help: the deep linear network is no better than least squares",
                holds=deep >= line * (1 - TOLERANCE),
                measured=f"mean squared error {deep:.6f} against {line:.6f} of the straight line",
            ),
            Claim(
                sentence="ReLU between the same layers halves the error of the straight line",
                holds=bent < line / 2,
                measured=f"mean squared error {bent:.4f} against {line:.4f}",
            ),
        )

    def _picture(self, x: Floats, y: Floats, fits: dict[str, Floats], losses: dict[str, float]) -> Picture:
        return Picture(
            alt=f"A noisy sine wave: {self.layers} linear layers draw a straight line (error "
            f"{losses['linear layers']:.3f}), the same layers with ReLU follow the wave "
            f"({losses['with ReLU between']:.3f}).",
            panels=(
                Plot(
                    x_title="x",
                    y_title="y",
                    series=(
                        Series(name="linear layers", x=x, y=fits["linear layers"]),
                        Series(name="with ReLU between", x=x, y=fits["with ReLU between"], role="other"),
                        Series(name="least squares", x=x, y=fits["least squares"], role="third", dashed=True),
                        Series(name="data", x=x, y=y, kind="dots", role="quiet"),
                    ),
                ),
            ),
        )


def _product(network: Dense) -> tuple[Floats, Floats]:
    """Return the one matrix and the one bias that the layers amount to."""
    matrix, bias = np.eye(network.weights[0].shape[0]), np.zeros((1, network.weights[0].shape[0]))
    for W, b in zip(network.weights, network.biases, strict=True):
        matrix, bias = matrix @ W.detach().numpy(), bias @ W.detach().numpy() + b.detach().numpy()
    return matrix, bias
