"""Too sure: a temperature fitted on validation rows mends the probabilities and leaves the order alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.classes.calibration_error import BINS, calibration_error_reference
from pellucid.concepts.metrics.classes.log_loss import log_loss_reference
from pellucid.concepts.metrics.inputs import Integers
from pellucid.concepts.metrics.ranking.roc_auc import roc_auc_reference
from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

TEMPERATURES: Final = np.geomspace(0.1, 10, 121)


@dataclass(frozen=True, kw_only=True)
class Calibration(Experiment):
    """Make logits too large, find the temperature that mends them, and judge on new rows.

    Example:
        >>> result = Calibration().run()
        >>> result["after"]["calibration error"] < result["before"]["calibration error"] / 2
        True
    """

    name: ClassVar[str] = "calibration"
    aliases: ClassVar[tuple[str, ...]] = ("temperature scaling", "reliability diagram")
    theme: ClassVar[str] = "judging"
    title: ClassVar[str] = "calibration and temperature"
    question: ClassVar[str] = "Are rows with a stated 80 % positive in 80 of 100 cases, and what if not?"
    formula: ClassVar[str] = "p = sigmoid(z / T), T = argmin of the log loss on validation rows"
    latex: ClassVar[str] = r"p = \sigma(z / T), \quad T = \mathrm{argmin}_T \frac{1}{n}\sum_i -\log p_T(y_i)"
    look_for: ClassVar[str] = (
        "Before, stated probabilities near 0 and 1 are too extreme: the curve is flatter than the diagonal. After, it "
        "lies on it. The ROC AUC is the same to the last digit, because a temperature changes no order. Set sureness "
        "below 1 for a model that is too timid."
    )
    source: ClassVar[str] = "C. Guo et al., On calibration of modern neural networks, 2017."

    sureness: float = parameter(3.0, "by what the right logits are multiplied", low=0.2, high=10)
    n: int = parameter(6000, "rows, half of them for validation", low=200, high=50_000)
    seed: int = parameter(0, "of the rows", low=0)

    def run(self) -> Result:
        """Return the temperature, and calibration error, log loss and ROC AUC before and after, on new rows."""
        generator = np.random.default_rng(self.seed)
        right = generator.normal(0, 1.5, self.n)
        y = (generator.random(self.n) < _sigmoid(right)).astype(int)
        z, half = self.sureness * right, self.n // 2
        losses = np.array([log_loss_reference(_sigmoid(z[:half] / T), y[:half]) for T in TEMPERATURES])
        temperature = float(TEMPERATURES[np.argmin(losses)])
        stated = {"before": _sigmoid(z[half:]), "after": _sigmoid(z[half:] / temperature)}
        truth = y[half:]
        scores = {
            when: {
                "calibration error": calibration_error_reference(p, truth),
                "log loss": log_loss_reference(p, truth),
                "ROC AUC": _area(p, truth),
            }
            for when, p in stated.items()
        }
        rows = tuple((name, scores["before"][name], scores["after"][name]) for name in scores["after"])
        values = {"temperature": temperature, "losses": losses, **scores}
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(temperature, scores),
            picture=_picture(stated, truth, scores, losses, temperature),
            tables=(Table(title="on new rows", columns=("metric", "before", "after"), rows=rows),),
        )

    def _claims(self, temperature: float, scores: dict[str, dict[str, float]]) -> tuple[Claim, ...]:
        before, after = scores["before"], scores["after"]
        return (
            Claim(
                sentence="the temperature finds by how much the logits were too large, within 15 %",
                holds=abs(temperature / self.sureness - 1) < 0.15,  # noqa: PLR2004  # as the sentence says
                measured=f"T = {temperature:.3f}, sureness {self.sureness:g}",
            ),
            Claim(
                sentence="on new rows it at least halves the calibration error and lowers the log loss",
                holds=2 * after["calibration error"] < before["calibration error"]
                and after["log loss"] < before["log loss"],
                measured=f"calibration error {before['calibration error']:.3f} to {after['calibration error']:.3f}, "
                f"log loss {before['log loss']:.3f} to {after['log loss']:.3f}",
            ),
            Claim(
                sentence="the order stays, and with it the ROC AUC",
                holds=bool(np.isclose(before["ROC AUC"], after["ROC AUC"])),
                measured=f"{before['ROC AUC']:.6f} and {after['ROC AUC']:.6f}",
            ),
        )


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))


def _area(p: Floats, y: Integers) -> float:
    """Return the ROC AUC of every third row: the reference compares all pairs."""
    return roc_auc_reference(p[::3], y[::3])


def _picture(
    stated: dict[str, Floats], truth: Integers, scores: dict[str, dict[str, float]], losses: Floats, temperature: float
) -> Picture:
    series = [Series(name="calibrated", x=np.array([0, 1.0]), y=np.array([0, 1.0]), role="quiet")]
    for when, role in (("before", "other"), ("after", "subject")):
        b = np.minimum((stated[when] * BINS).astype(int), BINS - 1)
        held = np.unique(b)
        x, y = (np.array([one[b == place].mean() for place in held]) for one in (stated[when], truth))
        series.append(Series(name=when, x=x, y=y, kind="line and dots", role=role))  # type: ignore[arg-type]  # roles
    least = Series(name="chosen", x=np.array([temperature]), y=np.array([losses.min()]), kind="dots", role="mark")
    curve = Series(name="log loss on validation rows", x=TEMPERATURES, y=losses, role="third")
    before, after = (scores[when]["calibration error"] for when in ("before", "after"))
    return Picture(
        alt=f"Calibration diagram: error {before:.3f} before, {after:.3f} after, T = {temperature:.2f}.",
        panels=(
            Plot(title="observed over stated", x_title="stated probability", series=tuple(series), square=True),
            Plot(title="log loss", x_title="temperature", series=(curve, least), x_log=True),
        ),
    )
