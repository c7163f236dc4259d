"""What judging found: plain frozen records that go into `scores.json`; report, `compare` and `runs` read them there.

Every field is a text, a number, or a tuple of records; a number that cannot be computed is None, never NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pellucid.evaluation.forecast_records import ForecastCurves

Floats = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One number that says how good predictions are, with its interval."""

    name: str
    """The key, the same in all runs: `accuracy`, `roc_auc`, `rmse`."""
    title: str
    """As shown to people: `ROC AUC`."""
    value: float | None
    """None where it does not exist, e.g. ROC AUC when the part holds one class only."""
    low: float | None
    """Lower end of the bootstrap interval; None without one."""
    high: float | None
    """Upper end of the bootstrap interval; None without one."""
    higher_is_better: bool | None
    """None: neither; the best value is named in `meaning` (the dispersion of counts should be near 1)."""
    percent: bool
    """Whether it is a share, best shown in per cent."""
    meaning: str
    """One sentence in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The network's main score minus another contender's, on the same rows, with a paired bootstrap interval."""

    score: str
    """Name of the score."""
    value: float
    low: float | None
    high: float | None
    verdict: Literal["better", "worse", "noise"]
    """Of the network against the other; `noise` when the interval holds 0, or when there is no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One line of the table of scores: the network, or a baseline beside it."""

    name: str
    """`this network`, `always the commonest class`, `linear model`, `boosted trees`."""
    kind: Literal["network", "baseline"]
    scores: tuple[Score, ...]
    """The same scores in the same order for every contender; empty for a baseline that failed."""
    seconds: float | None = None
    """Time to train and predict."""
    note: str = ""
    """What a reader must know: trained on fewer rows, did not converge, failed and why."""
    difference: Difference | None = None
    """The network against this baseline; None for the network itself."""

    def score(self, name: str) -> Score | None:
        """Return the score called `name`, or None when this contender has none."""
        return next((score for score in self.scores if score.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each true class was taken for each class."""

    name: str
    """What is classified: the target, or one label of a multilabel task."""
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    """Rows are true classes, columns predicted ones, both in the order of `classes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RocCurve:
    """True positive rate against false positive rate over all thresholds (at most 200 points)."""

    name: str
    """The class or label counted as positive."""
    false_positive_rate: Floats
    true_positive_rate: Floats
    thresholds: Floats
    """A row counts as positive when its probability is at least this; the first is above 1: nothing is positive."""
    area: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionRecallCurve:
    """Precision against recall over all thresholds (at most 200 points), recall rising."""

    name: str
    """The class or label counted as positive."""
    recall: Floats
    precision: Floats
    thresholds: Floats
    average_precision: float
    share: float
    """Share of positives: the precision of guessing, drawn as a horizontal line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationCurve:
    """Predicted probability against observed frequency, in bins that hold at least one row."""

    name: str
    """The class or label; or `confidence` (the probability of the predicted class) when there are several classes."""
    predicted: Floats
    """Mean predicted probability of each bin."""
    observed: Floats
    """Observed frequency of each bin."""
    counts: tuple[int, ...]
    """Rows of each bin."""
    error: float
    """Expected calibration error: the mean distance of the two, weighted by counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChoice:
    """A decision threshold chosen by a rule on one part, and what it does on the part that is judged."""

    name: str
    """The class or label counted as positive."""
    rule: Literal["default", "f1", "youden", "cost"]
    meaning: str
    """The rule in plain words."""
    chosen_on: str
    """Part from which the threshold comes: `validation`; empty for the default."""
    threshold: float
    """Probability from which a row counts as positive."""
    accuracy: float | None
    sensitivity: float | None
    specificity: float | None
    precision: float | None
    f1: float | None
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """Truth against prediction of a number or a count; residual = truth - predicted."""

    truth: Floats
    """A sample of at most 2,000 rows."""
    predicted: Floats
    """Of the same rows."""
    edges: Floats
    """Edges of the histogram of all residuals; one more than `counts`."""
    counts: tuple[int, ...]
    mean: float
    """Mean residual: away from 0 the predictions are too high or too low as a whole."""
    spread: float
    """Standard deviation of the residuals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """How many rows hold each count, observed and as the predicted distributions say (a rootogram's data)."""

    distribution: Literal["poisson", "negative binomial"]
    values: tuple[int, ...]
    """The lowest count of each bar: 0, 1, 2, …, or 0, 10, 20, … where counts are large."""
    observed: Floats
    expected: Floats
    open_ended: bool
    """Whether the last bar stands for everything above it too."""
    width: int = 1
    """How many counts each bar covers: 1 unless counts are large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Five numbers of the deviance residuals (about standard normal when the distribution is right)."""

    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """What is drawn for a target; empty or None where the task has no such curve."""

    confusion: tuple[Confusion, ...] = ()
    """One; for each label of a multilabel task one (at most 12)."""
    roc: tuple[RocCurve, ...] = ()
    """Binary: one; otherwise one for each class or label against the rest (at most 12, the commonest)."""
    precision_recall: tuple[PrecisionRecallCurve, ...] = ()
    calibration: tuple[CalibrationCurve, ...] = ()
    thresholds: tuple[ThresholdChoice, ...] = ()
    residuals: Residuals | None = None
    frequencies: Frequencies | None = None
    deviance_residuals: Quantiles | None = None
    forecast: ForecastCurves | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScores:
    """How well one class (against the rest) or one label is found."""

    name: str
    rows: int
    """Rows of the judged part that truly belong to it."""
    precision: float | None
    recall: float | None
    f1: float | None
    roc_auc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A row on which the network is badly wrong."""

    row: int
    """Row number in the source, as the data count them."""
    truth: str | float
    predicted: str | float
    confidence: float | None
    """Probability that the network gave to what it predicted; None for numbers and counts."""
    size: float
    """What the mistakes are sorted by: 1 - probability of the truth, |residual|, or the row's deviance."""
    features: Mapping[str, str] = field(default_factory=dict)
    """The row's values as text, for a reader; empty for pictures."""
    picture: str | None = None
    """File name or index of the picture; None for tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """Everything about one target (or about all labels of a multilabel task together)."""

    target: str
    """Name of the target column; of a multilabel task the labels' names joined by commas."""
    task: str
    """The task's kind: `binary`, `multiclass`, `multilabel`, `regression`, …"""
    title: str
    """The task as said to people: `binary classification`."""
    main_score: str
    """Name of the score to look at first."""
    rows: int
    """Rows judged."""
    contenders: tuple[Contender, ...]
    """The network first, then the baselines, simple to strong."""
    curves: Curves
    classes: tuple[ClassScores, ...] = ()
    """For each class or label; empty for numbers and counts."""
    mistakes: tuple[Mistake, ...] = ()
    """Worst first."""
    sentence: str = ""
    """What the scores mean, in plain words."""
    notes: tuple[str, ...] = ()
    """What a reader must know about the judging, e.g. classes that the part does not hold."""

    @property
    def network(self) -> Contender:
        """The network's line."""
        return self.contenders[0]

    @property
    def main(self) -> Score | None:
        """The network's main score."""
        return self.network.score(self.main_score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One judging of one network on one part of the data: the content of `scores.json`."""

    part: str
    """`test`, `validation`, or the name of the new data."""
    rows: int
    confidence: float
    """Of the intervals, e.g. 0.95."""
    bootstrap: int
    """Resamples behind the intervals; 0: there are no intervals."""
    targets: tuple[TargetReport, ...]
    seconds: float | None = None
    """Time that judging took, baselines included."""
