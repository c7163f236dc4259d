"""Dropout while training and while predicting: what differs, and in which sense the two agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Floats = NDArray[np.float64]

STANDARD_ERRORS: Final = 5.0
"""A mean of draws lies further off once in two million times."""
CENTRE: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class DropoutModes(Experiment):
    """Send one row through a layer, dropout, and a unit, thousands of times with other masks, and once without.

    Example:
        >>> result = DropoutModes().run()
        >>> bool(abs(result["linear"].mean() - result["linear eval"]) < 0.5)
        True
    """

    name: ClassVar[str] = "dropout_modes"
    aliases: ClassVar[tuple[str, ...]] = ("dropout in training and evaluation",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "dropout: training mode and evaluation mode"
    question: ClassVar[str] = "Why does a network with dropout say something else at each call until it is set to eval?"
    formula: ClassVar[str] = "train: h m / (1 - p), m_i = 0 with probability p; eval: h; E[h m / (1 - p)] = h"
    latex: ClassVar[str] = (
        r"\mathrm{train:}\ \tilde h = \frac{m \odot h}{1 - p},\; m_i \sim \mathrm{Bernoulli}(1 - p); \qquad "
        r"\mathrm{eval:}\ \tilde h = h; \qquad \mathrm{E}[\tilde h] = h"
    )
    look_for: ClassVar[str] = (
        "Each bar is how often the unit gave that output under some mask; evaluation gives one number. Behind a linear "
        "unit the mean over the masks is that number. Behind a sigmoid it is not: evaluation only approximates the "
        "average of all the thinned networks."
    )
    source: ClassVar[str] = "N. Srivastava et al., Dropout, 2014; the inverted form that PyTorch's nn.Dropout uses."

    p: float = parameter(0.5, "probability that a unit is dropped", low=0.01, high=0.95)
    units: int = parameter(50, "in the layer that is dropped", low=2, high=1000)
    masks: int = parameter(4000, "how many", low=100, high=20_000)
    seed: int = parameter(0, "of the row, the weights and the masks")

    def run(self) -> Result:
        """Return the outputs of the unit under every mask, linear and behind a sigmoid, and those of evaluation."""
        import torch

        generator = torch_generator(self.seed, "layer")
        h = torch.randn(self.units, generator=generator, dtype=torch.float64).abs()
        w = torch.randn(self.units, generator=generator, dtype=torch.float64)
        w = w + (CENTRE - h @ w) * h / (h @ h)  # the unit's own output is CENTRE, on the bend of the sigmoid
        mask = _mask((self.masks, self.units), self.p, torch_generator(self.seed, "masks"))
        dropped = h * mask / (1 - self.p)
        linear = np.asarray(dropped @ w)
        silent = float((mask == 0).double().mean())
        values = {
            "linear": linear,
            "linear eval": float(h @ w),
            "sigmoid": _sigmoid(linear),
            "sigmoid eval": float(_sigmoid(np.asarray(h @ w))),
            "silent": silent,
        }
        return Result(experiment=self, values=values, claims=self._claims(values), picture=self._picture(values))

    def _claims(self, values: dict[str, Any]) -> tuple[Claim, ...]:
        linear, bent = values["linear"], values["sigmoid"]
        off = [abs(one.mean() - values[name]) / (one.std() / np.sqrt(len(one))) for name, one in _both(linear, bent)]
        different = len(np.unique(linear))
        share = abs(values["silent"] - self.p) / np.sqrt(self.p * (1 - self.p) / (self.masks * self.units))
        return (
            Claim(
                sentence="in training mode, calls with the same row give different outputs",
                holds=different > 1,
                measured=f"{different:,} different outputs in {self.masks:,} calls; evaluation always gives "
                f"{values['linear eval']:.3f}",
            ),
            Claim(
                sentence=f"a share of {self.p:g} of the units is silent",
                holds=bool(share < STANDARD_ERRORS),
                measured=f"{values['silent']:.4f}",
            ),
            Claim(
                sentence="divided by 1 - p, the mean over the masks is what evaluation gives (linear unit)",
                holds=bool(off[0] < STANDARD_ERRORS),
                measured=f"{linear.mean():.3f} against {values['linear eval']:.3f}: {off[0]:.1f} standard errors apart",
            ),
            Claim(
                sentence="behind a sigmoid too, evaluation gives the mean over the masks",
                holds=bool(off[1] < STANDARD_ERRORS),
                measured=f"{bent.mean():.3f} against {values['sigmoid eval']:.3f}: {off[1]:.0f} standard errors apart",
                expected=False,
            ),
        )

    def _picture(self, values: dict[str, Any]) -> Picture:
        panels = []
        for name in ("linear", "sigmoid"):
            counts, edges = np.histogram(values[name], bins=40)
            at = np.array([values[name].mean(), values[f"{name} eval"]])
            panels.append(
                Plot(
                    title=f"{name} unit under {self.masks:,} masks",
                    x_title="output",
                    series=(
                        Series(name="training mode", x=(edges[1:] + edges[:-1]) / 2, y=counts, kind="bars"),
                        *(
                            Series(name=label, x=np.full(2, x), y=np.array([0, counts.max()]), role=role)
                            for label, x, role in zip(("its mean", "evaluation"), at, (ROLES[1], ROLES[2]), strict=True)
                        ),
                    ),
                )
            )
        return Picture(
            alt=f"Outputs under {self.masks:,} dropout masks. Linear unit: mean {values['linear'].mean():.3f}, "
            f"evaluation "
            f"{values['linear eval']:.3f}; sigmoid: {values['sigmoid'].mean():.3f} and {values['sigmoid eval']:.3f}.",
            panels=tuple(panels),
        )


def _mask(shape: tuple[int, int], p: float, generator: torch.Generator) -> Tensor:
    """Return 0 with probability p, 1 otherwise."""
    import torch

    return (torch.rand(shape, generator=generator) >= p).double()


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))


def _both(linear: Floats, bent: Floats) -> tuple[tuple[str, Floats], ...]:
    return ("linear eval", linear), ("sigmoid eval", bent)
