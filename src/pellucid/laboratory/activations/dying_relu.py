"""Dying ReLU: steps that are too large, or biases that are too negative, kill units for good; leaky ReLU learns on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Role, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, final_loss, parameter
from pellucid.laboratory.training.toys import Floats, sine

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.laboratory.training.dense import Dense

Bools = NDArray[np.bool_]

RELU: Final = "ReLU"
LEAKY: Final = "leaky ReLU"
ROWS: Final = 60
OFFSET: Final = 3.0
"""Added to the targets where rates are compared: the first errors all have one sign and push the units one way."""
RATES: Final = (0.01, 0.03, 0.1, 0.3, 0.5)


@dataclass(frozen=True, kw_only=True)
class DyingReLU(Experiment):
    """Count the units that are silent on every row: by learning rate, and after a start with negative biases.

    Example:
        >>> result = DyingReLU().run()
        >>> result["came back"], bool(result["dead by rate"][-1] > 0.5)
        (0, True)
    """

    name: ClassVar[str] = "dying_relu"
    aliases: ClassVar[tuple[str, ...]] = ("dead relu", "leaky relu")
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "dying ReLU"
    question: ClassVar[str] = "What becomes of a ReLU unit whose input is negative for every row?"
    formula: ClassVar[str] = "relu'(z) = 0 for z < 0: no gradient; leaky: max(z, slope z), gradient slope for z < 0"
    latex: ClassVar[str] = (
        r"\mathrm{relu}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z < 0 \end{cases} \qquad "
        r"\mathrm{leaky}'(z) = \begin{cases} 1 & z > 0 \\ \alpha & z < 0 \end{cases}"
    )
    look_for: ClassVar[str] = (
        "A dead unit's input is negative for every row, so its gradient is 0 and nothing that training does reaches "
        "it: "
        "ReLU's line on the left never falls. Leaky ReLU's silent units keep a slope. They need not come back above "
        "zero "
        "to be of use: the loss falls all the same. On the right, what brings units there: rates that are too large. "
        "Set "
        "`bias` = 0: hardly a unit is dead."
    )
    source: ClassVar[str] = "A. Maas, A. Hannun & A. Ng, Rectifier nonlinearities improve acoustic models, 2013."

    bias: float = parameter(-3.0, "first bias of every hidden unit", low=-10, high=1)
    rate: float = parameter(0.05, "learning rate from this start", low=0.001, high=0.2)
    slope: float = parameter(0.1, "of leaky ReLU below zero", low=0.001, high=0.9)
    units: int = parameter(40, "in the hidden layer", low=4, high=400)
    steps: int = parameter(500, "training steps on all rows", low=10, high=3000)
    seed: int = parameter(0, "of the data and the first weights")

    def run(self) -> Result:
        """Return for each step the share of dead units and the losses, and the dead units by rate."""
        import torch
        from torch.nn.functional import leaky_relu

        from pellucid.laboratory.training.dense import dense, like

        network = dense((1, self.units, 1), torch.relu, torch_generator(self.seed, "weights"))
        by_rate = self._dead_by_rate(like(network, torch.relu, copies=(len(RATES),)))
        with torch.no_grad():
            network.biases[0].fill_(self.bias)
        silent, losses = {}, {}
        for name, one in ((RELU, network), (LEAKY, like(network, lambda z: leaky_relu(z, self.slope)))):
            silent[name], losses[name] = self._train(one)
        dead = silent[RELU]  # (steps, units)
        back = int((dead[:-1] & ~dead[1:]).any(axis=0).sum())
        return Result(
            experiment=self,
            values={
                "dead": dead.mean(axis=1),
                "silent in leaky": silent[LEAKY].mean(axis=1),
                "losses": losses,
                "came back": back,
                "dead by rate": by_rate,
            },
            claims=self._claims(dead, by_rate, losses, back),
            picture=self._picture({name: one.mean(axis=1) for name, one in silent.items()}, losses, by_rate),
        )

    def _data(self, offset: float) -> tuple[Tensor, Tensor]:
        import torch

        x, y = sine(self.seed, ROWS)
        return torch.from_numpy(x), torch.from_numpy(y + offset)

    def _train(self, network: Dense) -> tuple[Bools, Floats]:
        """Return which units are silent on every row (steps, units), and the losses (steps,)."""
        from pellucid.laboratory.training.dense import Training

        inputs, targets = self._data(0.0)
        training = Training(network.parameters, self.rate)
        silent, losses = [], []
        for _ in range(self.steps):
            silent.append(np.asarray(_silent(network, inputs)))
            loss = ((network(inputs)[:, 0] - targets) ** 2).mean()
            losses.append(loss.item())
            training.step(loss)
        return np.array(silent), np.array(losses)

    def _dead_by_rate(self, networks: Dense) -> Floats:
        """Return the share of dead units after a hundred steps at each rate: one network for each."""
        import torch

        from pellucid.laboratory.training.dense import Training

        inputs, targets = self._data(OFFSET)
        rates = torch.tensor(RATES, dtype=torch.float64)
        training = Training(networks.parameters, rate=1.0)
        for _ in range(100):
            losses = ((networks(inputs)[..., 0] - targets) ** 2).mean(dim=-1)
            training.step((rates * losses).sum())  # the gradient of rate * loss: each network takes its own rate
        return np.asarray(_silent(networks, inputs).double().mean(dim=-1))

    def _claims(self, dead: Bools, by_rate: Floats, losses: dict[str, Floats], back: int) -> tuple[Claim, ...]:
        relu, leaky = (final_loss(losses[name]) for name in (RELU, LEAKY))
        return (
            Claim(
                sentence="a large rate kills units that a small one leaves alive",
                holds=bool(by_rate[-1] > by_rate[0] + 1 / 2),
                measured=f"after 100 steps at rate {RATES[0]:g}: {by_rate[0]:.1%} dead, at rate {RATES[-1]:g}: "
                f"{by_rate[-1]:.1%}",
            ),
            Claim(
                sentence="a dead ReLU unit stays dead, however long training lasts",
                holds=back == 0 and bool(dead.any()),
                measured=f"{int(dead.any(axis=0).sum())} of {self.units} died or were dead at the start, {back} came "
                f"back in {self.steps} steps",
            ),
            Claim(
                sentence="leaky ReLU from the same weights learns: at most two thirds of the loss",
                holds=bool(3 * leaky < 2 * relu),
                measured=f"mean squared error {leaky:.3f} against {relu:.3f}",
            ),
        )

    def _picture(self, silent: dict[str, Floats], losses: dict[str, Floats], by_rate: Floats) -> Picture:
        steps = np.arange(self.steps)
        roles: tuple[tuple[str, Role], ...] = ((RELU, "subject"), (LEAKY, "other"))
        return Picture(
            alt=f"Share of units silent on every row: ReLU {silent[RELU][-1]:.0%} to the end, leaky ReLU "
            f"{silent[LEAKY][-1]:.0%}; final losses {final_loss(losses[RELU]):.3f} and "
            f"{final_loss(losses[LEAKY]):.3f}.",
            panels=(
                Plot(
                    title=f"silent on every row, first bias {self.bias:g}",
                    x_title="step",
                    y_range=(0.0, 1.05),
                    series=tuple(Series(name=name, x=steps, y=silent[name], role=role) for name, role in roles),
                ),
                Plot(
                    title="loss",
                    x_title="step",
                    y_log=True,
                    series=tuple(Series(name=name, x=steps, y=losses[name], role=role) for name, role in roles),
                ),
                Plot(
                    title="dead ReLU units after 100 steps",
                    x_title="rate",
                    series=(
                        Series(
                            name="share of dead units",
                            x=np.array([f"{one:g}" for one in RATES]),
                            y=by_rate,
                            kind="bars",
                        ),
                    ),
                ),
            ),
            columns=3,
        )


def _silent(network: Dense, inputs: Tensor) -> Tensor:
    """Return which hidden units have no positive input in any row: (…, units)."""
    return (inputs @ network.weights[0] + network.biases[0] <= 0).all(dim=-2)
