"""Everything that judging says to people, in one place, so that it can be translated."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

from pellucid.evaluation.records import Score

Noun = tuple[str, str]
"""What one example is called, and what several are."""

ROW: Final[Noun] = ("row", "rows")
FORECAST: Final[Noun] = ("forecast", "forecasts")

WHOLE_FROM: Final = 1000.0  # numbers from here on are shown without decimals

WHERE: Final = MappingProxyType(
    {
        "test": "On {rows} that it never saw",
        "validation": "On {rows} by which its training was watched, which may flatter it",
        "train": "On {rows} that it learnt from, which flatters it",
    }
)
WHERE_ELSE: Final = "On {rows} of {part}"

CLAIMS: Final = MappingProxyType(
    {
        "accuracy": "is right {value} of the time",
        "roc_auc": "ranks a random '{positive}' above a random other {one} {value} of the time",
        "micro_f1": "reaches a micro F1 of {value} over all labels",
        "rmse": "is off by {value}",
        "deviance": "leaves a mean deviance of {value}",
        "mae": "is off by {value} on average",
    }
)
"""What the network does, by score."""
CLAIM_ELSE: Final = "reaches {title} {value}"
ASIDES: Final = MappingProxyType(
    {
        "roc_auc": "guessing: 50 %",
        "micro_f1": "1 is perfect",
        "rmse": "root mean squared error",
        "deviance": "0 is a perfect fit",
    }
)
"""How to read the value, by score."""
NETWORK: Final = "{where}, the network {claim}"
INTERVAL: Final = "{confidence} interval {low} to {high}"
COMMONEST: Final = "always the commonest class"
SHARES: Final = "each label's share"
MEAN: Final = "always the mean"
RATE: Final = "one rate for all"
LAST: Final = "the last value"
SEASON: Final = "the value a season ago"
LINEAR: Final = "linear model"
TREES: Final = "boosted trees"
ANSWERING: Final = "answering '{name}'"
CONSTANTS: Final = MappingProxyType(
    {
        COMMONEST: "always {note}",
        SHARES: "giving each label its share",
        MEAN: "always predicting the mean",
        RATE: "one rate for all",
        LAST: "repeating the last value",
    }
)
"""How the constants, by their name in the table, are called in a sentence."""
CALLED: Final = MappingProxyType({**CONSTANTS, LINEAR: "the linear model", TREES: "boosted trees"})
BESIDE: Final = "{name} {value}"
VERDICTS: Final = MappingProxyType(
    {
        "better": "the network did better than {name}, beyond the noise",
        "worse": "{name} did better than the network, beyond the noise",
        "noise": "the difference to {name} is within the noise",
    }
)
UNSURE: Final = "too few {many} to tell the network from {name}"
NOTHING_LEARNT: Final = (
    " So far it does not beat {constant} beyond the noise: these {many} show nothing that it learnt."
)
ACCURACY_MISLEADS: Final = " Accuracy misleads here: {constant} is right {value} of the time."

OTHER_ROWS: Final = "the two were judged on different examples: the differences below also hold the luck of these"
NOT_KEPT: Final = "the predictions of single examples are not at hand: differences have no intervals"
OTHER_TASKS: Final = (
    "{target}: {first} and {second} are different tasks, so only the scores that both have are compared"
)
SAME_SPREAD: Final = "{target}: the deviance of both is measured with the dispersion that {first} learnt"
COMPARED: Final = MappingProxyType(
    {
        "better": "In {title} of {target}, {first} is better than {second} beyond the noise ({values}).",
        "worse": "In {title} of {target}, {second} is better than {first} beyond the noise ({values}).",
        "noise": "In {title} of {target}, the difference between {first} and {second} is within the noise ({values}).",
    }
)
SIDE_BY_SIDE: Final = "In {title} of {target}: {values}."
EACH: Final = "{name} {value}"
RULES: Final = MappingProxyType(
    {
        "default": "the more probable of the two",
        "f1": "highest F1, the balance of precision and sensitivity",
        "youden": "highest sensitivity + specificity (Youden), whatever the share of positives",
        "cost": "lowest cost when a missed positive costs {cost} and a false alarm 1",
    }
)
BLOCKS: Final = (
    "neighbouring forecasts overlap and go wrong together, so that the intervals come from drawing whole stretches of "
    "{horizon} steps again ({blocks} of them)"
)
WORST_FORECASTS: Final = "of the worst forecasts the means over their {horizon} steps are shown"
FORECASTS_ON: Final = MappingProxyType(
    {
        "test": "In {rows} of what came later",
        "validation": "In {rows} by which its training was watched, which may flatter it",
        "train": "In {rows} that it learnt from, which flatters it",
    }
)
FORECASTS_ELSE: Final = "In {rows} of {part}"
ABSENT: Final = "no {one} of {names}: what concerns them could not be judged"
ONE_CLASS: Final = "all {many} are {name}: scores that need both classes do not exist"
FEWER_RESAMPLES: Final = "intervals rest on {drawn} resamples and not on {wanted}, because there are so many {many}"
NO_INTERVALS: Final = "too few {many} for intervals"
FEW_ROWS: Final = "few {many}: another {rows} could give quite different scores"
MANY_CLASSES: Final = "the confusion table of {classes} classes is too large to be shown"


def counted(count: int, noun: Noun) -> str:
    """Return a number of examples.

    Example:
        >>> counted(1, ROW), counted(2000, ("clip", "clips"))
        ('one row', '2,000 clips')
    """
    return f"one {noun[0]}" if count == 1 else f"{count:,} {noun[1]}"


def shown(score: Score, value: float | None) -> str:
    """Return a value of this score as text; ROC AUC as a share, as the sentence explains it."""
    if value is None:
        return "–"
    return percent(value) if score.percent or score.name == "roc_auc" else number(value)


def percent(share: float, decimals: int = 1) -> str:
    """Return a share as text.

    Example:
        >>> percent(0.8214), percent(0.95, 0)
        ('82.1 %', '95 %')
    """
    return f"{100 * share:.{decimals}f} %"


def number(value: float) -> str:
    """Return a number with three digits that count.

    Example:
        >>> number(0.12345), number(12345.6), number(3.0)
        ('0.123', '12,346', '3')
    """
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"


def rule(name: Literal["default", "f1", "youden", "cost"], false_negative_cost: float) -> str:
    """Return what a rule for the threshold means."""
    return RULES[name].format(cost=number(false_negative_cost))
