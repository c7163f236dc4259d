"""Batches of 1, 10, 100 and all rows: noise of the gradient, steps, epochs and time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.laboratory.training.dense import Dense

Floats = NDArray[np.float64]

BATCHES: Final = (1, 10, 100)
DRAWS: Final = 120
"""Batches over which the noise of the gradient is measured."""
SLOPE: Final = 0.12
"""How far the measured power may lie from -1/2."""


@dataclass(frozen=True, kw_only=True)
class BatchesOnDigits(Experiment):
    """Train one network for the same number of epochs with each batch size, at the same rate.

    Example:
        >>> result = BatchesOnDigits().run()
        >>> result["steps"]
        {1: 600, 10: 60, 100: 6, 300: 2}
    """

    name: ClassVar[str] = "batches_on_digits"
    aliases: ClassVar[tuple[str, ...]] = ("batch size of a network",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "batch size"
    question: ClassVar[str] = "What does the batch size change: the noise, the steps, the epochs, the time?"
    formula: ClassVar[str] = "noise of the gradient = s / sqrt(b); steps in an epoch = n / b"
    latex: ClassVar[str] = r"\mathrm{sd}(\nabla L_B) = \frac{s}{\sqrt{b}}, \qquad \mathrm{steps} = \frac{n}{b}"
    look_for: ClassVar[str] = (
        "Over epochs, small batches lead: they take many steps for one pass. Over steps, large batches lead: each "
        "step is "
        "surer, but costs more rows. Batches of 1, fewer than there are classes, go up and down: each step pulls "
        "towards "
        "one class. The time in the table is why nobody uses batches of 1."
    )
    source: ClassVar[str] = (
        "L. Bottou, F. Curtis & J. Nocedal, Optimization methods for large-scale machine learning, 2018."
    )

    rows: int = parameter(300, "digits to learn", low=150, high=1000)
    rate: float = parameter(0.05, "learning rate of all", low=0.0001, high=1)
    epochs: int = parameter(2, "passes over all rows", low=1, high=12)
    seed: int = parameter(0, "of the digits, the weights and the order")

    def run(self) -> Result:
        """Return the losses on all rows along the steps, the noise, steps and seconds, by batch size."""
        import torch

        from pellucid.laboratory.training.dense import dense, like

        ((pictures, digit),) = digits(self.seed, self.rows)
        inputs, labels = torch.from_numpy(pictures), torch.from_numpy(digit)
        network = dense((PIXELS, 16, CLASSES), torch.relu, torch_generator(self.seed, "weights"))
        noise = {batch: self._noise(network, inputs, labels, batch) for batch in BATCHES}
        losses, seconds = {}, {}
        for batch in (*BATCHES, self.rows):
            losses[batch], seconds[batch] = self._train(like(network, torch.relu), inputs, labels, batch)
        power = float(np.polyfit(np.log(BATCHES), np.log(list(noise.values())), 1)[0])
        steps = {batch: self.epochs * -(-self.rows // batch) for batch in losses}
        return Result(
            experiment=self,
            values={"losses": losses, "noise": noise, "steps": steps, "seconds": seconds, "power": power},
            claims=self._claims(losses, noise, seconds, power),
            picture=self._picture(losses, steps, noise),
            tables=(
                Table(
                    title=f"{self.epochs} epochs at rate {self.rate:g}",
                    columns=("batch", "steps", "last loss", "milliseconds (measured now)"),
                    rows=tuple(
                        (batch, steps[batch], f"{one[-1]:.3f}", round(1000 * seconds[batch], 1))
                        for batch, one in losses.items()
                    ),
                ),
            ),
        )

    def _noise(self, network: Dense, inputs: Tensor, labels: Tensor, batch: int) -> float:
        """Return the root mean square distance of the gradients of random batches from their mean, at the start."""
        import torch
        from torch.nn.functional import cross_entropy

        generator = torch_generator(self.seed, "noise", batch)
        gradients = []
        for _ in range(DRAWS):
            rows = torch.randint(self.rows, (batch,), generator=generator)
            (one,) = torch.autograd.grad(cross_entropy(network(inputs[rows]), labels[rows]), network.weights[-1:])
            gradients.append(one.flatten())
        return float(torch.stack(gradients).var(dim=0).sum().sqrt())

    def _train(self, network: Dense, inputs: Tensor, labels: Tensor, batch: int) -> tuple[Floats, float]:
        """Return the loss on all rows before each step and at the end, and seconds."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.laboratory.training.dense import Training

        training = Training(network.parameters, self.rate)
        generator = torch_generator(self.seed, "order")
        losses, seconds = [], 0.0
        for _ in range(self.epochs):
            for rows in torch.split(torch.randperm(self.rows, generator=generator), batch):
                with torch.no_grad():
                    losses.append(cross_entropy(network(inputs), labels).item())
                started = time.perf_counter()
                training.step(cross_entropy(network(inputs[rows]), labels[rows]))
                seconds += time.perf_counter() - started
        with torch.no_grad():
            losses.append(cross_entropy(network(inputs), labels).item())
        return np.array(losses), seconds

    def _claims(
        self, losses: dict[int, Floats], noise: dict[int, float], seconds: dict[int, float], power: float
    ) -> tuple[Claim, ...]:
        ups = {batch: float(np.mean(np.diff(losses[batch]) > 0)) for batch in (1, self.rows)}
        return (
            Claim(
                sentence="the noise of the gradient falls like 1 / sqrt(batch)",
                holds=abs(power + 1 / 2) < SLOPE,
                measured=f"power {power:.3f}; noise {noise[1]:.2f}, {noise[10]:.2f}, {noise[100]:.3f} at 1, 10, 100",
            ),
            Claim(
                sentence="after the same epochs, batches of 10 are further than the full batch",
                holds=bool(losses[10][-1] < losses[self.rows][-1]),
                measured=f"loss {losses[10][-1]:.3f} against {losses[self.rows][-1]:.3f} after {self.epochs} epochs",
            ),
            Claim(
                sentence="single rows often make the loss rise, full-batch steps do not",
                holds=ups[1] > 1 / 5 and ups[self.rows] == 0,
                measured=f"the loss on all rows rose in {ups[1]:.0%} of the steps on single rows, in "
                f"{ups[self.rows]:.0%} "
                f"of {self.epochs} full steps",
            ),
            Claim(
                sentence="an epoch of single rows takes more than five times as long as one of the full batch",
                holds=seconds[1] > 5 * seconds[self.rows],
                measured=f"{1000 * seconds[1] / self.epochs:.1f} ms against "
                f"{1000 * seconds[self.rows] / self.epochs:.1f} ms",
            ),
        )

    def _picture(self, losses: dict[int, Floats], steps: dict[int, int], noise: dict[int, float]) -> Picture:
        roles = dict(zip(losses, ROLES, strict=False))
        return Picture(
            alt=f"Loss over epochs and over steps for batches of 1, 10, 100 and {self.rows}; the noise of the gradient "
            f"falls from {noise[1]:.2f} (1 row) to {noise[100]:.3f} (100 rows).",
            panels=(
                Plot(
                    title="loss on all rows, over epochs",
                    x_title="epoch",
                    series=tuple(
                        Series(name=f"batch {batch}", x=np.linspace(0, self.epochs, len(one)), y=one, role=roles[batch])
                        for batch, one in losses.items()
                    ),
                ),
                Plot(
                    title="the same, over steps",
                    x_title="step",
                    x_log=True,
                    series=tuple(
                        Series(name=f"batch {batch}", x=np.arange(1, steps[batch] + 2), y=one, role=roles[batch])
                        for batch, one in losses.items()
                    ),
                ),
            ),
        )
