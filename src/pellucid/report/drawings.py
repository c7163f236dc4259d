"""Which figures a run has, with the heading and the words that teach how to read each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pellucid.drawing import theme
from pellucid.drawing.numbers import number, percent, whole
from pellucid.evaluation.forecast_records import ForecastCurves
from pellucid.evaluation.records import Curves, TargetReport
from pellucid.report.words import capital
from pellucid.tasks.forecast import MEDIAN

if TYPE_CHECKING:
    from pellucid.report.view import ReportView

FEWEST_EPOCHS: Final = 2
FEWEST_CONTENDERS: Final = 2
RANKS: Final = {  # of the forecasts that are shown, by how many they are: fewer have no rank worth a word
    4: ("One of the best forecasts", "A typical forecast", "One of the worst", "The worst forecast"),
    3: ("One of the best forecasts", "A typical forecast", "The worst forecast"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One figure on the page."""

    id: str
    title: str
    """What it shows, as a heading."""
    caption: str
    """How to read it."""
    alt: str
    height: int
    spec: str
    """JSON of Plotly's `data` and `layout`, safe inside a script element."""
    wide: bool = False
    """Whether it takes the place of two, so that no row of the grid is half empty."""


def drawing(identity: str, title: str, caption: str, figure: Any) -> Drawing:
    """Return a figure made ready for the page."""
    return Drawing(
        id=identity,
        title=title,
        caption=caption,
        alt=theme.alt_of(figure),
        height=int(figure.layout.height),
        spec=script_safe(figure.to_json(engine="json")),
    )


def script_safe(json: str) -> str:
    r"""Return JSON in which nothing can end the script element that holds it; it decodes to the same.

    Example:
        >>> script_safe('["</script>"]')
        '["\\u003c/script>"]'
    """
    return json.replace("<", "\\u003c")


def comparison(report: TargetReport, identity: str) -> Drawing | None:
    """Return the figure of the network beside its baselines; None when fewer than two have the main score."""
    from pellucid.pictures.contenders import contenders, scored

    rows = scored(report)
    if len(rows) < FEWEST_CONTENDERS:
        return None
    band = " The band is the network's interval." if rows[0][1].low is not None else ""
    return drawing(
        f"{identity}-contenders",
        f"{capital(rows[0][1].title)}, beside simple models",
        f"{rows[0][1].meaning}{band}",
        contenders(report),
    )


def of_target(report: TargetReport, identity: str) -> tuple[Drawing, ...]:
    """Return the figures that look at one target from all sides."""
    curves = report.curves
    if curves.forecast:
        return tuple(_forecasts(curves.forecast, report.target, identity))
    drawn = [*_classification(curves, identity), *_quantities(report, identity)]
    return (*drawn[:-1], replace(drawn[-1], wide=True)) if len(drawn) % 2 else tuple(drawn)


def _classification(curves: Curves, identity: str) -> Iterator[Drawing]:
    from pellucid.pictures.calibration import calibration

    yield from _matrices(curves, identity)
    yield from _rankings(curves, identity)
    if curves.calibration:
        yield drawing(
            f"{identity}-calibration",
            "Whether its probabilities can be believed",
            "Examples are grouped by predicted probability. On the diagonal, what is called 80 % likely happens 80 % "
            "of the time; below it the network is too sure. Larger dots hold more of them.",
            calibration(curves.calibration),
        )
    if len(curves.precision_recall) == 1 and curves.thresholds:
        from pellucid.pictures.thresholds import threshold

        yield drawing(
            f"{identity}-threshold",
            "What the threshold does",
            "A higher threshold makes alarms more often right and finds fewer. The dotted lines are the rules of the "
            "table below.",
            threshold(curves.precision_recall[0], curves.thresholds),
        )


def _rankings(curves: Curves, identity: str) -> Iterator[Drawing]:
    from pellucid.pictures.thresholds import precision_recall, roc

    each = " One line for each class against the rest."
    marks = " Circles mark the thresholds of the table below." if curves.thresholds else ""
    if curves.roc:
        alone = len(curves.roc) == 1
        yield drawing(
            f"{identity}-roc",
            "Finding them, at the price of false alarms",
            "The ROC curve. Each point is a threshold; the further up and to the left, the better. The dotted line is "
            "guessing." + (marks if alone else each),
            roc(curves.roc, curves.thresholds if alone else ()),
        )
    if curves.precision_recall:
        alone = len(curves.precision_recall) == 1
        yield drawing(
            f"{identity}-precision",
            "Being right, at the price of missing some",
            "Precision against recall. Unlike the ROC curve it shows what rare positives cost: the dotted line is "
            "their share, the precision of guessing." + (marks if alone else each),
            precision_recall(curves.precision_recall, curves.thresholds if alone else ()),
        )


def _matrices(curves: Curves, identity: str) -> Iterator[Drawing]:
    from pellucid.pictures.confusion import confusion, worst_confusion

    for place, record in enumerate(curves.confusion):
        worst = worst_confusion(record)
        said = f" Most often {worst[0]} was taken for {worst[1]} ({whole(worst[2])} times)." if worst else ""
        several = f": {record.name}" if len(curves.confusion) > 1 else ""
        yield drawing(
            f"{identity}-confusion-{place}",
            f"What was taken for what{several}",
            f"Each row is a true class, each column a predicted one; the stronger its colour, the larger its "
            f"share of the row. Blue is right, orange wrong.{said}",
            confusion(record),
        )


def _forecasts(curves: ForecastCurves, target: str, identity: str) -> Iterator[Drawing]:
    from pellucid.pictures.forecasts import coverage, error_by_step, forecast

    share = percent(curves.promised, 0)
    yield drawing(
        f"{identity}-steps",
        "Error by step ahead",
        "The further ahead, the harder. Where the network's line meets another, it knows no more than that forecast.",
        error_by_step(curves.by_step, target),
    )
    yield drawing(
        f"{identity}-coverage",
        "Whether its intervals hold",
        f"The share of what came that lies between the lowest and the highest quantile. On the dotted line it is the "
        f"{share} that they promise; below it the network is too sure.",
        coverage(curves),
    )
    ranks = RANKS.get(len(curves.examples), ("A forecast",) * len(curves.examples))
    for place, (rank, example) in enumerate(zip(ranks, curves.examples, strict=True)):
        yield drawing(
            f"{identity}-example-{place}",
            f"{rank}: from {example.label}",
            f"Black is what was and what came, blue the forecast with the interval that should hold {share} of it. The "
            "dotted line is now.",
            forecast(example, curves.levels, curves.levels.index(MEDIAN), target),
        )


def _quantities(report: TargetReport, identity: str) -> Iterator[Drawing]:
    from pellucid.pictures.frequencies import frequencies
    from pellucid.pictures.residuals import residual_histogram, truth_against_prediction

    curves = report.curves
    if curves.residuals:
        left = curves.residuals
        yield drawing(
            f"{identity}-truth",
            "Truth against prediction",
            "One dot for each example; on the dotted line it is exact. A bend or a fan tells where the network is off.",
            truth_against_prediction(left, report.target),
        )
        yield drawing(
            f"{identity}-residuals",
            "How far off, how often",
            f"True minus predicted. The mean is {number(left.mean)}, the standard deviation {number(left.spread)}; a "
            "mean away from 0 says that predictions are too low or too high as a whole.",
            residual_histogram(left, report.target),
        )
    if curves.frequencies:
        yield drawing(
            f"{identity}-frequencies",
            "Whether the distribution fits",
            f"Bars: how many examples have each count. Dots: how many the predicted {curves.frequencies.distribution} "
            "distributions expect. Far too few expected zeros mean that another distribution is called for.",
            frequencies(curves.frequencies, report.target),
        )


def of_training(view: ReportView) -> tuple[Drawing, ...]:
    """Return the figures of how training went."""
    from pellucid.pictures.learning import learning_rate, loss, score

    if len(view.history) < FEWEST_EPOCHS:
        return ()
    best = view.run.trained.best_epoch if view.run.trained else None
    reports = view.evaluation.targets if view.evaluation else ()
    titles = {score.name: score.title for report in reports for score in report.network.scores}
    validated = any(epoch.validation_loss is not None for epoch in view.history)
    apart = (
        "Training loss is measured on what the network learns from, validation loss on what it does not. "
        "Where the first still falls and the second rises, it begins to learn by heart."
        if validated
        else "Measured on what the network learns from; without a validation part nobody can see whether it learns "
        "that by heart."
    )
    drawn = [drawing("training-loss", "Loss, epoch by epoch", apart, loss(view.history, best if validated else None))]
    for name in dict.fromkeys(name for epoch in view.history for name in epoch.scores):
        target, colon, watched = name.rpartition(": ")  # of several targets each score names its own
        title = f"{target}{colon}{titles.get(watched, watched.replace('_', ' '))}"
        caption, figure = "On the validation part, after each epoch.", score(view.history, name, title, best)
        drawn.append(drawing(f"training-score-{len(drawn)}", title if target else capital(title), caption, figure))
    if len({epoch.rate for epoch in view.history}) > 1:  # a rate that never changes is said in words
        caption = "How large a step each update takes. Small steps at the end let the network settle."
        drawn.append(drawing("training-rate", "Learning rate", caption, learning_rate(view.history)))
    return (replace(drawn[0], wide=True), *drawn[1:]) if len(drawn) % 2 else tuple(drawn)
