"""Broadcasting and its accident: (n,) minus (n, 1) is n x n, the loss looks plausible, and training goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.losses.loss import check_same_shape
from pellucid.drawing.records import Cells, Picture, Plot, Series
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SLOPE, HEIGHT, NOISE = 2.0, 1.0, 0.1
RATE: Final = 0.5
STEPS: Final = 200
SHOWN: Final = 8  # rows of the matrix that the picture shows
FLAT: Final = 0.02  # of a slope: nothing was learnt


@dataclass(frozen=True, kw_only=True)
class Broadcasting(Experiment):
    """Fit y = 2 x + 1 twice: with targets of the right shape, and with targets (n, 1).

    Example:
        >>> result = Broadcasting(n=4).run()
        >>> result["differences"].shape
        (4, 4)
    """

    name: ClassVar[str] = "broadcasting"
    aliases: ClassVar[tuple[str, ...]] = ("shape accident", "silent broadcasting")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "broadcasting and its accident"
    question: ClassVar[str] = "What happens when targets have the shape (n, 1) and predictions (n,)?"
    formula: ClassVar[str] = "(n,) - (n, 1) -> (n, n): mean over all pairs of (z_j - y_i)^2, least for z_j = mean of y"
    latex: ClassVar[str] = r"\frac{1}{n^2}\sum_{i}\sum_{j}(z_j - y_i)^2 \;\ne\; \frac{1}{n}\sum_i (z_i - y_i)^2"
    look_for: ClassVar[str] = (
        "Only the framed diagonal belongs to the loss. The other line is what training on the whole matrix gives: each "
        "prediction is compared with every target, so the best answer is the mean, and the slope is lost."
    )
    source: ClassVar[str] = "PyTorch documentation, Broadcasting semantics."

    n: int = parameter(20, "how many examples", low=2, high=500)
    seed: int = parameter(0, "of the noise", low=0)

    def run(self) -> Result:
        """Return the matrix of differences (n, n), both losses, and both fits (slope, height)."""
        import torch
        from torch.nn import functional

        x = torch.linspace(-1, 1, self.n, dtype=torch.float64)
        noise = np.random.default_rng(self.seed).normal(scale=NOISE, size=self.n)
        y = SLOPE * x + HEIGHT + torch.from_numpy(noise)
        z = SLOPE * x + HEIGHT
        differences = z - y[:, None]  # (n, n)
        right, wrong = float(functional.mse_loss(z, y)), float(differences.square().mean())
        fits = []
        for targets in (y, y[:, None]):
            weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
            for _ in range(STEPS):
                loss = (weights[0] * x + weights[1] - targets).square().mean()
                (gradient,) = torch.autograd.grad(loss, weights)
                with torch.no_grad():
                    weights -= RATE * gradient
            fits.append(weights.detach().numpy())
        values: dict[str, Any] = {
            "differences": differences.numpy(),
            "right": right,
            "wrong": wrong,
            "right_fit": fits[0],
            "wrong_fit": fits[1],
            "x": x.numpy(),
            "y": y.numpy(),
        }
        return Result(experiment=self, values=values, claims=self._claims(values), picture=self._picture(values))

    def _claims(self, values: dict[str, Any]) -> tuple[Claim, ...]:
        right, wrong, y = float(values["right"]), float(values["wrong"]), values["y"]
        slope, height = values["wrong_fit"]
        refused = refusal("mse", y, y[:, None])
        return (
            Claim(
                sentence="n predictions against (n, 1) targets give n x n differences",
                holds=values["differences"].shape == (self.n, self.n),
                measured=f"({self.n},) - ({self.n}, 1) has the shape {values['differences'].shape}",
            ),
            Claim(
                sentence="the loss of nearly perfect predictions is then wrong, without a word",
                holds=wrong > 2 * right,
                measured=f"mean squared error {right:.4f}; of the matrix {wrong:.4f}, {wrong / right:.0f} times "
                f"as much",
            ),
            Claim(
                sentence="training on it learns the mean and no slope",
                holds=abs(slope) < FLAT and bool(np.isclose(height, y.mean(), atol=FLAT)),
                measured=f"slope {slope:.3f} and height {height:.3f} (mean of the targets {y.mean():.3f}); with "
                f"the right "
                f"shape slope {values['right_fit'][0]:.3f}",
            ),
            Claim(
                sentence="the check that all losses of Pellucid share refuses it",
                holds=bool(refused),
                measured=refused or "0 sentences",
            ),
        )

    def _picture(self, values: dict[str, Any]) -> Picture:
        shown = np.linspace(0, self.n - 1, min(self.n, SHOWN)).astype(int)
        x = values["x"]
        lines = (
            Series(name="targets", x=x, y=values["y"], kind="dots", role="quiet"),
            Series(name="right shape", x=x, y=values["right_fit"][0] * x + values["right_fit"][1]),
            Series(name="targets (n, 1)", x=x, y=values["wrong_fit"][0] * x + values["wrong_fit"][1], role="other"),
        )
        cells = Cells(
            title="squared differences; the loss is the framed diagonal",
            values=values["differences"][np.ix_(shown, shown)] ** 2,
            marked=tuple((i, i) for i in range(len(shown))),
            digits=1,
        )
        return Picture(
            alt=f"The matrix of differences, and two fits: slope {values['right_fit'][0]:.2f} with the right shape, "
            f"{values['wrong_fit'][0]:.2f} with targets (n, 1).",
            panels=(cells, Plot(title="what training gives", x_title="x", series=lines)),
        )


def refusal(function: str, logits: Floats, targets: Floats) -> str:
    """Return the sentence with which the losses of Pellucid refuse two shapes; empty where they fit.

    Example:
        >>> refusal("mse", np.zeros(2), np.zeros(2))
        ''
        >>> refusal("mse", np.zeros(2), np.zeros((2, 1)))
        'mse expected targets of shape (n,) = (2,), got (2, 1): pass targets[:, 0]'
    """
    try:
        check_same_shape(function, logits, targets)
    except ShapeError as error:
        return str(error)
    return ""
