"""Tanh against sigmoid in the hidden layers: the same networks, starts and data, each at its own best rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.errors import ShapeError
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.toys import Floats, moons

if TYPE_CHECKING:
    from pellucid.laboratory.training.dense import Dense

MOST_RATES: Final = 12
TANH: Final = "tanh"
SIGMOID: Final = "sigmoid"
ROWS: Final = 100
SHARE: Final = 0.8
"""Of the starts: what counts as nearly every one."""


@dataclass(frozen=True, kw_only=True)
class TanhOrSigmoid(Experiment):
    """Count the epochs until the training loss falls below a target.

    Example:
        >>> result = TanhOrSigmoid().run()
        >>> bool(np.median(result["epochs of tanh"]) < np.median(result["epochs of sigmoid"]))
        True
    """

    name: ClassVar[str] = "tanh_or_sigmoid"
    aliases: ClassVar[tuple[str, ...]] = ("tanh against sigmoid",)
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "tanh against sigmoid"
    question: ClassVar[str] = "Does a network with tanh converge faster than the same network with sigmoid?"
    formula: ClassVar[str] = "tanh(z) = 2 sigmoid(2 z) - 1; tanh'(0) = 1, sigmoid'(0) = 1/4"
    latex: ClassVar[str] = r"\tanh(z) = 2\,\sigma(2z) - 1, \qquad \tanh'(0) = 1, \qquad \sigma'(0) = \frac{1}{4}"
    look_for: ClassVar[str] = (
        "Both curves of a panel start from the same weights. Tanh's outputs are centred on zero and its slope there is "
        "four times sigmoid's, so that each layer passes four times the gradient back. Sigmoid gains most from a "
        "larger "
        "rate: at each one's best rate the lead is smaller than at a common small rate, but it remains. At a rate "
        "that is too large (the last panel) tanh is the "
        "first to become restless."
    )
    source: ClassVar[str] = "Y. LeCun et al., Efficient BackProp, 1998, section 4.4."

    target: float = parameter(0.15, "training loss (binary cross-entropy) to reach", low=0.01, high=0.69)
    width: int = parameter(8, "units in each of the two hidden layers", low=2, high=64)
    starts: int = parameter(7, "how many random starts; their median counts", low=1, high=30)
    rates: tuple[float, ...] = parameter((0.3, 1.0, 3.0, 10.0), "learning rates that both try", low=0.001, high=100)
    epochs: int = parameter(300, "most epochs (one step on all rows each)", low=10, high=1000)
    seed: int = parameter(0, "of the data and the starts")

    def __post_init__(self) -> None:
        """Check that the rates are few.

        Raises:
            ShapeError: there are too many.
        """
        super().__post_init__()
        if len(self.rates) > MOST_RATES:
            raise ShapeError(
                f"{self.name} expected at most {MOST_RATES} rates, got {len(self.rates)}: there is a panel for each"
            )

    def run(self) -> Result:
        """Return the losses (epochs, rates, starts), and the epochs to the target (starts,) at the best rate."""
        import torch

        from pellucid.laboratory.training.dense import dense, like

        generator = torch_generator(self.seed, "starts")
        sizes = (2, self.width, self.width, 1)
        first = dense(sizes, torch.tanh, generator, spread="xavier", copies=(self.starts,))
        losses = {
            name: self._losses(like(first, activation, copies=(len(self.rates),)))
            for name, activation in ((TANH, torch.tanh), (SIGMOID, torch.sigmoid))
        }
        epochs = {name: self._epochs_to_target(one) for name, one in losses.items()}
        best = {name: int(np.median(one, axis=1).argmin()) for name, one in epochs.items()}
        return Result(
            experiment=self,
            values={
                **{f"losses of {name}": one for name, one in losses.items()},
                **{f"epochs of {name}": one[best[name]] for name, one in epochs.items()},
            },
            claims=self._claims(epochs, best),
            picture=self._picture(losses, epochs, best),
            tables=(self._table(epochs),),
        )

    def _losses(self, network: Dense) -> Floats:
        """Train (rates, starts) networks side by side, and return their losses (epochs, rates, starts)."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        from pellucid.laboratory.training.dense import Training

        inputs, targets = (torch.from_numpy(one) for one in moons(self.seed, ROWS))
        rates = torch.tensor(self.rates, dtype=torch.float64)[:, None]
        training = Training(network.parameters, rate=1.0)
        losses = []
        for _ in range(self.epochs):
            logits = network(inputs)[..., 0]  # (rates, starts, n)
            each = binary_cross_entropy_with_logits(logits, targets.expand_as(logits), reduction="none").mean(dim=-1)
            losses.append(each.detach())
            training.step((rates * each).sum())  # the gradient of rate * loss: each network takes its own rate
        return np.asarray(torch.stack(losses))

    def _epochs_to_target(self, losses: Floats) -> Floats:
        """Return (rates, starts); a network that never arrives counts as the cap."""
        arrived = losses <= self.target
        return np.where(arrived.any(axis=0), arrived.argmax(axis=0), self.epochs)

    def _claims(self, epochs: dict[str, Floats], best: dict[str, int]) -> tuple[Claim, ...]:
        tanh, sigmoid = (epochs[name][best[name]] for name in (TANH, SIGMOID))
        faster = int((tanh < sigmoid).sum())
        return (
            Claim(
                sentence="at each one's best rate, tanh needs at most half the epochs of sigmoid (median over the "
                "starts)",
                holds=bool(2 * np.median(tanh) <= np.median(sigmoid)),
                measured=f"epochs to loss {self.target:g}: {_at_most(float(np.median(tanh)), self.epochs)} at rate "
                f"{self.rates[best[TANH]]:g} against {_at_most(float(np.median(sigmoid)), self.epochs)} at rate "
                f"{self.rates[best[SIGMOID]]:g}",
            ),
            Claim(
                sentence="and it is the faster one from nearly every start",
                holds=bool(faster >= SHARE * self.starts),
                measured=f"from {faster} of {self.starts} starts",
            ),
        )

    def _picture(self, losses: dict[str, Floats], epochs: dict[str, Floats], best: dict[str, int]) -> Picture:
        middle = {name: float(np.median(one[best[name]])) for name, one in epochs.items()}
        panels = tuple(
            Plot(
                title=f"rate {rate:g}",
                x_title="epoch",
                y_title="training loss",
                y_range=(0.0, 1.0),
                series=(
                    *(
                        Series(
                            name=name, x=np.arange(self.epochs), y=np.median(losses[name][:, place], axis=1), role=role
                        )
                        for name, role in ((TANH, ROLES[0]), (SIGMOID, ROLES[1]))
                    ),
                    Series(
                        name="target",
                        x=np.array([0.0, self.epochs]),
                        y=np.full(2, self.target),
                        role="quiet",
                        dashed=True,
                    ),
                ),
            )
            for place, rate in enumerate(self.rates)
        )
        return Picture(
            alt=f"Median training loss of {self.starts} starts, one panel for each rate: epochs to a loss of "
            f"{self.target:g} at the best rate: tanh {_at_most(middle[TANH], self.epochs)}, sigmoid "
            f"{_at_most(middle[SIGMOID], self.epochs)}.",
            panels=panels,
        )

    def _table(self, epochs: dict[str, Floats]) -> Table:
        return Table(
            title=f"Median epochs to a loss of {self.target:g}",
            columns=("rate", TANH, SIGMOID),
            rows=tuple(
                (rate, *(_at_most(float(np.median(epochs[name][place])), self.epochs) for name in (TANH, SIGMOID)))
                for place, rate in enumerate(self.rates)
            ),
        )


def _at_most(count: float, cap: int) -> str:
    """Say a count; one at the cap means not yet."""
    return f"more than {cap}" if count >= cap else f"{count:g}"
