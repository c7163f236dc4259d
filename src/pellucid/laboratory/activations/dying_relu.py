"""Dying ReLU: one step that is too large kills units for good; leaky ReLU gets them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import Frame, Picture, Plot, Series, thin
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.toys import Floats, sine

if TYPE_CHECKING:
    from pellucid.laboratory.training.dense import Dense

RELU: Final = "ReLU"
LEAKY: Final = "leaky ReLU"
ROWS: Final = 60
RATE: Final = 0.02
"""An ordinary rate for this network, for every step but one."""
FRAMES: Final = 30


@dataclass(frozen=True, kw_only=True)
class DyingReLU(Experiment):
    """Take one step that is far too large, then train on as usual, and count the units that are silent on every row.

    Example:
        >>> result = DyingReLU().run()
        >>> bool(result["dead"][-1] == result["dead"][result["first"]])
        True
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
        "Both networks start alike and take the same too large step early on. ReLU's dead units form a flat line: nothing "
        "that training does reaches them again. Leaky ReLU's silent units still get a small gradient and come back. With "
        "`kick` = 0.02, an ordinary step, hardly any unit dies."
    )
    source: ClassVar[str] = "A. Maas, A. Hannun & A. Ng, Rectifier nonlinearities improve acoustic models, 2013."

    kick: float = parameter(1.0, "learning rate of the one large step", low=0.0001, high=10)
    slope: float = parameter(0.1, "of leaky ReLU below zero", low=0.001, high=0.9)
    units: int = parameter(40, "in the hidden layer", low=4, high=400)
    steps: int = parameter(600, "training steps on all rows", low=20, high=5000)
    seed: int = parameter(0, "of the data and the first weights")
    first: ClassVar[int] = 10
    """The number of the large step."""

    def run(self) -> Result:
        """Return for each step the share of silent units, who is dead (ReLU), and the loss."""
        import torch
        from torch.nn.functional import leaky_relu

        from pellucid.laboratory.training.dense import dense, like

        relu = dense((1, self.units, 1), torch.relu, torch_generator(self.seed, "weights"))
        leaky = like(relu, lambda z: leaky_relu(z, self.slope))
        silent, losses, fits = {}, {}, {}
        for name, network in ((RELU, relu), (LEAKY, leaky)):
            silent[name], losses[name], fits[name] = self._train(network)
        dead = silent[RELU]  # (steps, units)
        back = int((dead[:-1] & ~dead[1:]).any(axis=0).sum())
        return Result(
            experiment=self,
            values={
                "dead": dead.mean(axis=1),
                "silent in leaky": silent[LEAKY].mean(axis=1),
                "losses": losses,
                "came back": back,
                "first": self.first,
            },
            claims=self._claims(silent, losses, back),
            picture=self._picture(silent, losses, fits),
        )
