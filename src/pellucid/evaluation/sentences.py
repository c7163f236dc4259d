"""The plain sentence about a target, for a reader who knows none of the scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pellucid.evaluation import words
from pellucid.evaluation.records import Contender, Difference, Score, TargetReport
from pellucid.evaluation.scores import ScoreTable
from pellucid.tasks.forecast import Forecast

ACCURACY: Final = "accuracy"
MISLEADING_FROM: Final = 0.8  # share of the commonest of two classes; from there on accuracy says little


def sentence(report: TargetReport, table: ScoreTable, part: str, noun: words.Noun) -> str:
    """Return what the scores of a target mean, beside those of its baselines; `noun` is what examples are called."""
    constant, learnt = _baselines(report)
    always_right = _known(constant, ACCURACY)
    misleading = report.task == "binary" and always_right is not None and always_right >= MISLEADING_FROM
    telling = _telling(report, ACCURACY if report.task == "binary" and not misleading else report.main_score)
    name, network = telling.name, report.network.name
    best = _best(learnt, telling)
    clauses = [_claim(report, telling, part, table.confidence, noun), *_beside([constant, *learnt], telling)]
    text = "; ".join(clauses)
    difference = table.difference(network, best.name, name) if best else None
    if best and difference:
        text += ": " + _verdict(_called(best), difference, noun)
    text += "."
    if constant:
        said = _called(constant)
        if _not_beaten(constant):
            text += words.NOTHING_LEARNT.format(constant=said, many=noun[1])
        if misleading and always_right is not None:
            text += words.ACCURACY_MISLEADS.format(constant=said, value=words.percent(always_right))
    return text


def _baselines(report: TargetReport) -> tuple[Contender | None, list[Contender]]:
    """Return the constant, and the baselines that learn; those that failed are left out."""
    held = [contender for contender in report.contenders[1:] if contender.scores]
    constants = [contender for contender in held if contender.name in words.CONSTANTS]
    return next(iter(constants), None), [contender for contender in held if contender not in constants]


def _known(contender: Contender | None, name: str) -> float | None:
    score = contender.score(name) if contender else None
    return score.value if score else None


def _telling(report: TargetReport, wanted: str) -> Score:
    """Return the network's score to speak of: the wanted one, or the first that exists."""
    scores = sorted(report.network.scores, key=lambda score: score.name != wanted)
    return next(score for score in scores if score.value is not None)


def _best(learnt: Sequence[Contender], telling: Score) -> Contender | None:
    """Return the baseline that is best in this score."""
    values = [(value, other) for other in learnt if (value := _known(other, telling.name)) is not None]
    sign = 1 if telling.higher_is_better else -1
    return max(values, key=lambda pair: sign * pair[0])[1] if values else None


def _claim(report: TargetReport, telling: Score, part: str, confidence: float, noun: words.Noun) -> str:
    """Return what the network does, with the interval."""
    where = _where(report, part, noun)
    positive = report.classes[-1].name if report.classes else ""
    claim = words.CLAIMS.get(telling.name, words.CLAIM_ELSE)
    value = words.shown(telling, telling.value)
    said = claim.format(value=value, title=telling.title, positive=positive, one=noun[0])
    asides = [words.ASIDES.get(telling.name, ""), _interval(telling, confidence)]
    told = "; ".join(aside for aside in asides if aside)
    return words.NETWORK.format(where=where, claim=said) + (f" ({told})" if told else "")


def _where(report: TargetReport, part: str, noun: words.Noun) -> str:
    """Return on what the network was judged."""
    if report.task == Forecast.kind:
        where = words.FORECASTS_ON.get(part, words.FORECASTS_ELSE)
    else:
        where = words.WHERE.get(part, words.WHERE_ELSE)
    return where.format(rows=words.counted(report.rows, noun), part=part)


def _interval(score: Score, confidence: float) -> str:
    """Return the interval; nothing where it has no width, which would pass for certainty."""
    if score.low is None or score.high is None or score.low == score.high:
        return ""
    low, high = words.shown(score, score.low), words.shown(score, score.high)
    return words.INTERVAL.format(confidence=words.percent(confidence, 0), low=low, high=high)


def _not_beaten(constant: Contender) -> bool:
    """Say whether the main score of the network is no better than the constant's; without an interval nobody knows."""
    difference = constant.difference
    return difference is not None and difference.low is not None and difference.verdict != "better"


def _beside(others: Sequence[Contender | None], telling: Score) -> list[str]:
    """Return the same score of the baselines."""
    return [
        words.BESIDE.format(name=_called(other), value=words.shown(telling, value))
        for other in others
        if other is not None and (value := _known(other, telling.name)) is not None
    ]


def _called(contender: Contender) -> str:
    """Return a baseline's name in a sentence."""
    return words.CALLED.get(contender.name, contender.name).format(note=contender.note)


def _verdict(name: str, difference: Difference, noun: words.Noun) -> str:
    """Return the network against a baseline."""
    said = words.UNSURE if difference.low is None else words.VERDICTS[difference.verdict]
    return said.format(name=name, many=noun[1])
