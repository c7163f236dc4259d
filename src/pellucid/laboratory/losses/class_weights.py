"""pos_weight on rare positives: what it does to decisions and probabilities, and why a threshold does the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.classes.balanced_accuracy import balanced_accuracy_reference
from pellucid.concepts.metrics.classes.sensitivity import sensitivity_reference
from pellucid.concepts.metrics.classes.specificity import specificity_reference
from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

NEWTON_STEPS: Final = 25  # it converges in fewer
SCORES: Final = (sensitivity_reference, specificity_reference, balanced_accuracy_reference)
NAMES: Final = ("sensitivity", "specificity", "balanced accuracy")
HALF: Final = 0.5
SAME: Final = 0.97  # share of equal decisions from which two rules count as one


@dataclass(frozen=True, kw_only=True)
class ClassWeights(Experiment):
    """Fit a logistic regression on rare positives, plain and with pos_weight.

    Example:
        >>> result = ClassWeights().run()
        >>> result["pos_weight"]
        9.0
    """

    name: ClassVar[str] = "class_weights"
    aliases: ClassVar[tuple[str, ...]] = ("pos_weight", "imbalance")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "class weights on rare positives"
    question: ClassVar[str] = "What does pos_weight change, and what would a lower threshold have changed?"
    formula: ClassVar[str] = "pos_weight = negatives / positives; L = - pos_weight y log p - (1 - y) log(1 - p)"
    latex: ClassVar[str] = r"w = \frac{n_-}{n_+}, \quad L = -w\,y\log p - (1-y)\log(1-p)"
    look_for: ClassVar[str] = (
        "The curve of the weighted fit is the plain one moved: its intercept is higher by about log(pos_weight). Its "
        "decisions at 0.5 are those of the plain fit at 1 / (1 + pos_weight), but its probabilities are no longer "
        "shares."
    )
    source: ClassVar[str] = "PyTorch documentation, nn.BCEWithLogitsLoss; G. King & L. Zeng, rare events data, 2001."

    positives: int = parameter(100, "rows of class 1", low=10, high=5000)
    negatives: int = parameter(900, "rows of class 0", low=10, high=5000)
    distance: float = parameter(1.5, "between the means of the two classes", low=0.5, high=4)
    seed: int = parameter(0, "of the rows", low=0)

    def run(self) -> Result:
        """Return pos_weight, both fits (slope, intercept), and their scores."""
        generator = np.random.default_rng(self.seed)
        x = np.concatenate(
            [generator.normal(size=self.negatives), generator.normal(self.distance, size=self.positives)]
        )
        y = np.repeat([0, 1], [self.negatives, self.positives])
        weight = self.negatives / self.positives
        plain, weighted = _fit(x, y, 1.0), _fit(x, y, weight)
        p, q = (_probability(x, line) for line in (plain, weighted))
        threshold = 1 / (1 + weight)
        decisions = {
            "plain, from 0.5": p >= HALF,
            f"pos_weight {weight:g}, from 0.5": q >= HALF,
            f"plain, from 1 / (1 + pos_weight) = {threshold:.3g}": p >= threshold,
        }
        scores = {name: [score(called.astype(int), y) for score in SCORES] for name, called in decisions.items()}
        values: dict[str, Any] = {
            "pos_weight": weight,
            "plain": plain,
            "weighted": weighted,
            "scores": scores,
            "mean_plain": float(p.mean()),
            "mean_weighted": float(q.mean()),
            "same": float(np.mean(list(decisions.values())[1] == list(decisions.values())[2])),
        }
        rows = tuple((name, one, two, three) for name, (one, two, three) in scores.items())
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(values),
            picture=self._picture(x, y, plain, weighted, threshold),
            tables=(Table(title="decisions", columns=("rule", *NAMES), rows=rows),),
        )

    def _claims(self, values: dict[str, Any]) -> tuple[Claim, ...]:
        weight, plain, weighted = float(values["pos_weight"]), values["plain"], values["weighted"]
        (found, _, fair), (found_w, _, fair_w), _ = dict(values["scores"]).values()
        pulls = _pulls(self.negatives, self.positives, weight)
        shift, share = float(weighted[1] - plain[1]), self.positives / (self.positives + self.negatives)
        return (
            Claim(
                sentence="pos_weight makes both classes weigh the same in all",
                holds=bool(np.isclose(*pulls)),
                measured=f"at p = 1/2 the gradients of {self.positives} positives add up to {pulls[1]:g}, those of "
                f"{self.negatives} negatives to {pulls[0]:g}",
            ),
            Claim(
                sentence="it finds more of the positives, at a better balanced accuracy",
                holds=found_w > found and fair_w > fair,
                measured=f"sensitivity {found:.3f} to {found_w:.3f}, balanced accuracy {fair:.3f} to {fair_w:.3f}",
            ),
            Claim(
                sentence="it moves the intercept by about log(pos_weight)",
                holds=bool(abs(shift - math.log(weight)) < HALF),
                measured=f"by {shift:.3f}; log {weight:g} = {math.log(weight):.3f}",
            ),
            Claim(
                sentence="a threshold of 1 / (1 + pos_weight) on the plain fit decides the same",
                holds=float(values["same"]) >= SAME,
                measured=f"{float(values['same']):.1%} of the decisions agree",
            ),
            Claim(
                sentence="the weighted probabilities are too high: they are not shares any more",
                holds=bool(abs(values["mean_plain"] - share) < 0.01 < values["mean_weighted"] - share),  # noqa: PLR2004  # a hundredth
                measured=f"share of positives {share:.3f}, mean probability plain {float(values['mean_plain']):.3f}, "
                f"weighted {float(values['mean_weighted']):.3f}",
            ),
        )

    def _picture(self, x: Floats, y: Floats, plain: Floats, weighted: Floats, threshold: float) -> Picture:
        over = np.linspace(x.min(), x.max(), 201)
        bins = np.linspace(x.min(), x.max(), 31)
        middles = (bins[1:] + bins[:-1]) / 2
        counts = [np.histogram(x[y == one], bins)[0] for one in (0, 1)]
        ends = np.array([x.min(), x.max()])
        curves = (
            Series(name="plain", x=over, y=_probability(over, plain)),
            Series(name="with pos_weight", x=over, y=_probability(over, weighted), role="third"),
            Series(name=f"threshold {HALF}", x=ends, y=np.full(2, HALF), role="quiet"),
            Series(name=f"threshold {threshold:.3g}", x=ends, y=np.full(2, threshold), role="quiet", dashed=True),
        )
        rows = (
            Series(name="negatives", x=middles, y=counts[0], kind="bars", role="other"),
            Series(name="positives", x=middles, y=counts[1], kind="bars", role="fourth"),
        )
        at = [-line[1] / line[0] for line in (plain, weighted)]
        return Picture(
            alt=f"Two fits on {self.negatives} negatives and {self.positives} positives: the plain one reaches 0.5 at "
            f"x = {at[0]:.2f}, the weighted one at {at[1]:.2f}.",
            panels=(
                Plot(title="rows", x_title="x", series=rows),
                Plot(title="probability of class 1", x_title="x", series=curves, y_range=(0, 1)),
            ),
        )


def _probability(x: Floats, line: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(line[0] * x + line[1]))))


def _fit(x: Floats, y: Floats, weight: float) -> Floats:
    """Return slope and intercept of the logistic regression, by Newton's method."""
    A, w = np.column_stack([x, np.ones_like(x)]), np.where(y == 1, weight, 1.0)
    line = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        p = _probability(x, line)
        line = line - np.linalg.solve(A.T @ ((w * p * (1 - p))[:, None] * A), A.T @ (w * (p - y)))
    return line


def _pulls(negatives: int, positives: int, weight: float) -> tuple[float, float]:
    """Return the sums of |dL/dz| over the rows of both classes at z = 0, from PyTorch's loss."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z = torch.zeros(negatives + positives, dtype=torch.float64, requires_grad=True)
    y = torch.cat([torch.zeros(negatives), torch.ones(positives)]).double()
    loss = binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(weight), reduction="sum")
    (gradient,) = torch.autograd.grad(loss, z)
    pulls = gradient.abs()
    return pulls[:negatives].sum().item(), pulls[negatives:].sum().item()
