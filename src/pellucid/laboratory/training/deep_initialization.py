"""The first weights of a deep ReLU network: zeros, too small, Xavier, He."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, final_loss, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

Floats = NDArray[np.float64]

RULES: Final = {"zeros": "zeros", "randn * 0.01": "small", "Xavier": "xavier", "He": "he"}
LEVEL: Final = 4
KNOWS_NOTHING: Final = math.log(CLASSES)
"""Cross-entropy of equal probabilities for ten classes: 2.3026."""


@dataclass(frozen=True, kw_only=True)
class DeepInitialization(Experiment):
    """Train the same network from four kinds of first weights.

    Example:
        >>> result = DeepInitialization().run()
        >>> result["losses"]["zeros"][0].round(4)
        np.float64(2.3026)
    """

    name: ClassVar[str] = "deep_initialization"
    aliases: ClassVar[tuple[str, ...]] = ("first weights of a deep network",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "first weights of a deep network"
    question: ClassVar[str] = "What do the first weights decide in a deep ReLU network?"
    formula: ClassVar[str] = "Xavier: var = 2 / (fan_in + fan_out); He: var = 2 / fan_in; ReLU keeps E[h^2] with He"
    latex: ClassVar[str] = (
        r"\mathrm{Xavier:}\; \mathrm{var}(W) = \frac{2}{n_{in} + n_{out}}, \qquad \mathrm{He:}\; \mathrm{var}(W) = "
        r"\frac{2}{n_{in}}"
    )
    look_for: ClassVar[str] = (
        "Left: with He's weights the size of the activations stays level from layer to layer; Xavier halves their "
        "square "
        "at each ReLU; 0.01 leaves nothing after a few layers. Right: what does not come through cannot be learnt. "
        "randn * 0.01 works in a network of one hidden layer and fails here: set `layers` = 2 to see it learn."
    )
    source: ClassVar[str] = "X. Glorot & Y. Bengio, 2010; K. He et al., 2015."

    layers: int = parameter(8, "weight matrices", low=2, high=30)
    width: int = parameter(32, "units in each hidden layer", low=2, high=128)
    rows: int = parameter(100, "digits to learn", low=50, high=1000)
    rate: float = parameter(0.06, "learning rate", low=0.001, high=5)
    steps: int = parameter(100, "training steps on all rows", low=5, high=1500)
    seed: int = parameter(0, "of the digits and the first weights")

    def run(self) -> Result:
        """Return for each rule the losses (steps,), the size of the activations (layers,), and the moved layers."""
        runs = {name: self._train(spread) for name, spread in RULES.items()}
        losses = {name: one[0] for name, one in runs.items()}
        sizes = {name: one[1] for name, one in runs.items()}
        moved = {name: one[2] for name, one in runs.items()}
        return Result(
            experiment=self,
            values={"losses": losses, "sizes": sizes, "moved": moved},
            claims=self._claims(losses, sizes, moved),
            picture=self._picture(losses, sizes),
        )

    def _train(self, spread: str) -> tuple[Floats, Floats, int]:
        """Return losses (steps,), root mean square of each layer's activations at the start, and moved matrices."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.laboratory.training.dense import Training, dense

        ((pictures, digit),) = digits(self.seed, self.rows)
        inputs, labels = torch.from_numpy(pictures), torch.from_numpy(digit)
        shape = (PIXELS, *[self.width] * (self.layers - 1), CLASSES)
        network = dense(shape, torch.relu, torch_generator(self.seed, "weights"), spread=spread)
        first = [one.detach().clone() for one in network.weights]
        h, sizes = inputs, []
        for W in first[:-1]:
            h = (h @ W).relu()
            sizes.append(h.square().mean().sqrt().item())
        training = Training(network.parameters, self.rate)
        losses = []
        for _ in range(self.steps):
            loss = cross_entropy(network(inputs), labels)
            losses.append(loss.item())
            training.step(loss)
        moved = sum(not torch.equal(one, start) for one, start in zip(network.weights, first, strict=True))
        return np.array(losses), np.array(sizes), moved

    def _claims(self, losses: dict[str, Floats], sizes: dict[str, Floats], moved: dict[str, int]) -> tuple[Claim, ...]:
        last = {name: final_loss(one) for name, one in losses.items()}
        he = sizes["He"]
        return (
            Claim(
                sentence="from zeros no weight ever moves: only the last bias learns how frequent the classes are",
                holds=moved["zeros"] == 0,
                measured=f"{moved['zeros']} of {self.layers} matrices changed in {self.steps} steps, loss "
                f"{last['zeros']:.3f}",
            ),
            Claim(
                sentence="randn * 0.01 in a deep network learns nothing",
                holds=last["randn * 0.01"] > 0.95 * KNOWS_NOTHING,
                measured=f"loss {last['randn * 0.01']:.3f} after {self.steps} steps; equal probabilities give "
                f"{KNOWS_NOTHING:.3f}",
            ),
            Claim(
                sentence="He's weights have learnt most of it, and more than Xavier's",
                holds=last["He"] < KNOWS_NOTHING / 2 and last["He"] < last["Xavier"],
                measured=f"loss {last['He']:.3f} (He), {last['Xavier']:.3f} (Xavier)",
            ),
            Claim(
                sentence=f"He keeps the activations' size from the first layer to the last within a factor of {LEVEL}",
                holds=bool(1 / LEVEL < he[-1] / he[0] < LEVEL),
                measured=f"root mean square {he[0]:.2f} to {he[-1]:.2f}; with randn * 0.01: "
                f"{sizes['randn * 0.01'][0]:.1e} to {sizes['randn * 0.01'][-1]:.1e}",
            ),
        )

    def _picture(self, losses: dict[str, Floats], sizes: dict[str, Floats]) -> Picture:
        layers = np.arange(1, self.layers)
        return Picture(
            alt=f"Activations by layer and training loss on {self.rows} digits, {self.layers} layers; last losses: "
            + ", ".join(f"{name} {final_loss(one):.3f}" for name, one in losses.items()),
            panels=(
                Plot(
                    title="size of the activations at the start",
                    x_title="hidden layer",
                    y_log=True,
                    series=tuple(
                        Series(
                            name=name,
                            x=layers,
                            y=np.where(one > 0, one, np.nan),
                            kind="line and dots",
                            role=role,
                        )
                        for (name, one), role in zip(sizes.items(), ROLES, strict=False)
                    ),
                ),
                Plot(
                    title="training loss",
                    x_title="step",
                    series=tuple(
                        Series(name=name, x=np.arange(self.steps), y=one, role=role, dashed=name == "zeros")
                        for (name, one), role in zip(losses.items(), ROLES, strict=False)
                    ),
                ),
            ),
        )
