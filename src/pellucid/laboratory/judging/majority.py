"""Accuracy on 1000 to 100: always saying no beats a classifier that works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.metrics.classes.accuracy import accuracy_reference
from pellucid.concepts.metrics.classes.balanced_accuracy import balanced_accuracy_reference
from pellucid.concepts.metrics.classes.f1 import f1_reference
from pellucid.concepts.metrics.classes.matthews import matthews_reference
from pellucid.concepts.metrics.classes.precision import precision_reference
from pellucid.concepts.metrics.classes.sensitivity import sensitivity_reference
from pellucid.concepts.metrics.inputs import Integers
from pellucid.drawing.records import Cells, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

METRICS: Final = {
    "accuracy": accuracy_reference,
    "balanced accuracy": balanced_accuracy_reference,
    "sensitivity": sensitivity_reference,
    "precision": precision_reference,
    "F1": f1_reference,
    "Matthews": matthews_reference,
}


@dataclass(frozen=True, kw_only=True)
class Majority(Experiment):
    """Judge a classifier that always says no, and one that finds four of five positives.

    Example:
        >>> result = Majority().run()
        >>> round(result["always no"]["accuracy"], 4), result["always no"]["sensitivity"]
        (0.9091, 0.0)
    """

    name: ClassVar[str] = "majority"
    aliases: ClassVar[tuple[str, ...]] = ("accuracy paradox", "1000 to 100")
    theme: ClassVar[str] = "judging"
    title: ClassVar[str] = "accuracy on a thousand to a hundred"
    question: ClassVar[str] = "Why does accuracy fail when one class is rare?"
    formula: ClassVar[str] = "accuracy of always saying no = negatives / (negatives + positives)"
    latex: ClassVar[str] = r"\text{accuracy of always no} = \frac{n_-}{n_- + n_+}"
    look_for: ClassVar[str] = (
        "Only the first pair of bars favours the classifier that never finds anything. Make the classes equal "
        "(--set negatives=100): accuracy then agrees with the others."
    )
    source: ClassVar[str] = "T. Fawcett, An introduction to ROC analysis, 2006."

    negatives: int = parameter(1000, "rows of class 0", low=10, high=100_000)
    positives: int = parameter(100, "rows of class 1", low=10, high=100_000)
    found: float = parameter(0.8, "share of the positives that the other classifier finds", low=0, high=1)
    alarms: float = parameter(0.12, "share of the negatives that it calls positive", low=0, high=1)

    def run(self) -> Result:
        """Return the six metrics of both classifiers, by name."""
        truth = np.repeat([0, 1], [self.negatives, self.positives])
        hits, false = round(self.found * self.positives), round(self.alarms * self.negatives)
        called = {
            "always no": np.zeros_like(truth),
            "a classifier": np.repeat([1, 0, 1, 0], [false, self.negatives - false, hits, self.positives - hits]),
        }
        scores = {who: {name: one(z, truth) for name, one in METRICS.items()} for who, z in called.items()}
        lazy, working = scores["always no"], scores["a classifier"]
        claims = (
            Claim(
                sentence="always saying no has the higher accuracy",
                holds=lazy["accuracy"] > working["accuracy"],
                measured=f"{lazy['accuracy']:.4f} against {working['accuracy']:.4f}",
            ),
            Claim(
                sentence="it finds nothing",
                holds=lazy["sensitivity"] == 0,
                measured=f"sensitivity {lazy['sensitivity']:g} against {working['sensitivity']:g}",
            ),
            Claim(
                sentence="balanced accuracy, F1 and Matthews favour the classifier that works",
                holds=all(working[name] > lazy[name] for name in ("balanced accuracy", "F1", "Matthews")),
                measured=", ".join(
                    f"{name} {lazy[name]:.3f} against {working[name]:.3f}"
                    for name in ("balanced accuracy", "F1", "Matthews")
                ),
            ),
        )
        rows = tuple((name, lazy[name], working[name]) for name in METRICS)
        return Result(
            experiment=self,
            values=dict(scores),
            claims=claims,
            picture=_picture(truth, called, scores),
            tables=(Table(title="metrics", columns=("metric", *scores), rows=rows),),
        )


def _picture(truth: Integers, called: dict[str, Integers], scores: dict[str, dict[str, float]]) -> Picture:
    def counts(who: str) -> Cells:
        table = np.bincount(truth * 2 + called[who], minlength=4).reshape(2, 2)
        return Cells(
            title=f"counts: {who}",
            values=table,
            marked=((0, 0), (1, 1)),
            row_names=("truly 0", "truly 1"),
            column_names=("called 0", "called 1"),
        )

    names = np.array(list(METRICS))
    bars = (
        Series(name="always no", x=names, y=np.array(list(scores["always no"].values())), kind="bars", role="quiet"),
        Series(name="a classifier", x=names, y=np.array(list(scores["a classifier"].values())), kind="bars"),
    )
    lazy, working = scores["always no"], scores["a classifier"]
    return Picture(
        alt=f"Always saying no has accuracy {lazy['accuracy']:.3f}, the working classifier {working['accuracy']:.3f}; "
        f"balanced accuracy {lazy['balanced accuracy']:.3f} against {working['balanced accuracy']:.3f}.",
        panels=(counts("always no"), counts("a classifier"), Plot(title="metrics", series=bars)),
        columns=2,
    )
