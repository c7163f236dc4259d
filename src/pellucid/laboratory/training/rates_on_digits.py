"""Learning rates from far too small to far too large, on the same network from the same start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Role, Series
from pellucid.foundation.errors import RangeError
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

Floats = NDArray[np.float64]

SWEEP: Final = 9
"""Rates from the smallest to the largest, evenly in the logarithm."""


@dataclass(frozen=True, kw_only=True)
class RatesOnDigits(Experiment):
    """Train copies of one network side by side, each at its own rate.

    Example:
        >>> result = RatesOnDigits().run()
        >>> bool(result["losses"][-1].min() < 0.5)
        True
    """

    name: ClassVar[str] = "rates_on_digits"
    aliases: ClassVar[tuple[str, ...]] = ("learning rate of a network",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "learning rate: too small, right, too large"
    question: ClassVar[str] = "How does the loss curve tell that the learning rate is too small or too large?"
    formula: ClassVar[str] = "w <- w - rate dL/dw; on a bowl of curvature l: falls if rate < 2 / l"
    latex: ClassVar[str] = r"w \leftarrow w - \eta\, \nabla L(w), \qquad \eta < \frac{2}{\lambda_{max}}"
    look_for: ClassVar[str] = (
        "Too small: a line that hardly falls. Right: a steep fall that flattens. Too large: jumps, and a loss above "
        "the one "
        "it began with. The last loss over the rate is a valley whose right wall is steep: try rates by factors of "
        "3, and "
        "stay left of the wall."
    )
    source: ClassVar[str] = "Y. Bengio, Practical recommendations for gradient-based training, 2012, section 3."

    lowest: float = parameter(0.001, "smallest rate", low=1e-6, high=1)
    highest: float = parameter(10.0, "largest rate", low=0.01, high=1000)
    rows: int = parameter(150, "digits to learn", low=50, high=1000)
    steps: int = parameter(100, "training steps on all rows", low=5, high=2000)
    seed: int = parameter(0, "of the digits and the first weights")

    def __post_init__(self) -> None:
        """Check that the rates rise.

        Raises:
            RangeError: they do not.
        """
        super().__post_init__()
        if self.lowest >= self.highest:
            raise RangeError(
                f"{self.name} expected lowest below highest, got {self.lowest:g} and {self.highest:g}: swap them"
            )

    def run(self) -> Result:
        """Return the rates (r,) and the losses (steps, r)."""
        rates = np.geomspace(self.lowest, self.highest, SWEEP)
        losses = self._train(rates)
        first, last = float(losses[0, 0]), losses[-1]
        best = int(np.nanargmin(last))
        ups = float(np.mean(np.diff(losses[:, -1]) > 0))
        return Result(
            experiment=self,
            values={"rates": rates, "losses": losses, "best rate": float(rates[best])},
            claims=(
                Claim(
                    sentence=f"{rates[0]:.3g} is too small: less than a fifth of the loss is gone",
                    holds=bool(last[0] > 0.8 * first),
                    measured=f"{first:.3f} to {last[0]:.3f} in {self.steps} steps",
                ),
                Claim(
                    sentence="a rate between them removes four fifths of the loss",
                    holds=bool(0 < best < SWEEP - 1 and last[best] < first / 5),
                    measured=f"rate {rates[best]:.3g}: {first:.3f} to {last[best]:.3f}",
                ),
                Claim(
                    sentence=f"{rates[-1]:.3g} is too large: the loss jumps, and is worse than ten times that of the "
                    f"best",
                    holds=bool(not last[-1] <= 10 * last[best] and losses[:, -1].max() > first),
                    measured=f"up to {losses[:, -1].max():.3g}, rose in {ups:.0%} of the steps, {last[-1]:.3g} at "
                    f"the end",
                ),
            ),
            picture=self._picture(rates, losses, best),
        )

    def _train(self, rates: Floats) -> Floats:
        """Return the losses (steps, rates)."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.laboratory.training.dense import Training, dense, like

        ((pictures, digit),) = digits(self.seed, self.rows)
        inputs, labels = torch.from_numpy(pictures), torch.from_numpy(digit).expand(len(rates), -1)
        network = dense((PIXELS, 16, CLASSES), torch.relu, torch_generator(self.seed, "weights"))
        networks = like(network, torch.relu, copies=(len(rates),))
        training = Training(networks.parameters, rate=1.0)
        losses = []
        for _ in range(self.steps):
            logits = networks(inputs).movedim(-1, 1)  # (rates, k, n)
            each = cross_entropy(logits, labels, reduction="none").mean(dim=1)
            losses.append(each.detach())
            training.step((torch.from_numpy(rates) * each).sum())  # the gradient of rate * loss: its own rate for each
        return np.asarray(torch.stack(losses))

    def _picture(self, rates: Floats, losses: Floats, best: int) -> Picture:
        shown: tuple[tuple[str, int, Role], ...] = (
            ("right", best, "subject"),
            ("too small", 0, "third"),
            ("too large", SWEEP - 1, "other"),
        )
        top = 3 * float(losses[0, 0])
        return Picture(
            alt=f"Training loss at three rates, and the last loss over the rate: lowest at {rates[best]:.3g} with "
            f"{losses[-1, best]:.3f}.",
            panels=(
                Plot(
                    title="training loss",
                    x_title="step",
                    y_range=(0.0, top),
                    series=tuple(
                        Series(
                            name=f"{name}: {rates[place]:.3g}",
                            x=np.arange(self.steps),
                            y=np.minimum(losses[:, place], 2 * top),
                            role=role,
                        )
                        for name, place, role in shown
                    ),
                ),
                Plot(
                    title=f"loss after {self.steps} steps",
                    x_title="learning rate",
                    x_log=True,
                    y_log=True,
                    series=(
                        Series(name="last loss", x=rates, y=losses[-1], kind="line and dots", role="fourth"),
                        Series(name="best", x=rates[[best]], y=losses[-1, [best]], kind="dots", role="mark"),
                    ),
                ),
            ),
        )
