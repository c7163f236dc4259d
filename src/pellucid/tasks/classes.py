"""What is decided about the classes of a target: which of two is the positive one, and what to say of rare ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pellucid.foundation.errors import DataError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision
from pellucid.tasks.values import as_number, listed

POSITIVE_WORDS: Final = frozenset({"true", "t", "yes", "y", "pos", "positive", "+", "present", "sick", "spam", "case"})
NEGATIVE_WORDS: Final = frozenset(
    {"false", "f", "no", "n", "neg", "negative", "-", "absent", "healthy", "normal", "ham"}
)
IMBALANCE: Final = 0.1  # from this share of the rarer class down, always saying the other is right 9 times out of 10
FEW_ROWS: Final = 10  # of a class: fewer can neither be learnt nor judged well
ROWS_FOR_EACH_CLASS: Final = 2  # on average: with fewer, most classes cannot be in training and test


def check_classes(name: str, counts: Mapping[str, int]) -> None:
    """Refuse a target whose classes hardly come back.

    Raises:
        DataError: there are more classes than half the rows.
    """
    rows = sum(counts.values())
    if len(counts) * ROWS_FOR_EACH_CLASS > rows:
        raise DataError(
            f"fit expected classes of {name} that come back, got {len(counts)} different values in {rows} rows: "
            "choose another target, or use --task regression if these are numbers"
        )


def order_classes(name: str, counts: Mapping[str, int], wish: str | None) -> tuple[tuple[str, str], Decision]:
    """Return the negative and the positive one of two classes, and the decision.

    Args:
        name: of the target.
        counts: rows of both classes, in their order.
        wish: the class that the user counts as positive.

    Raises:
        UnknownNameError: the wish is neither class.

    Example:
        >>> order_classes("churn", {"No": 8, "Yes": 2}, None)[0]
        ('No', 'Yes')
    """
    first, second = counts
    if wish is not None:
        positive, reason = _named(name, wish, counts), "you asked for it"
    elif as_number(first) is not None and as_number(second) is not None:
        positive, reason = second, "it is the larger number"
    elif _word(first) in POSITIVE_WORDS or _word(second) in NEGATIVE_WORDS:
        positive, reason = first, f"{first} against {second} reads as yes against no"
    elif _word(second) in POSITIVE_WORDS or _word(first) in NEGATIVE_WORDS:
        positive, reason = second, f"{second} against {first} reads as yes against no"
    else:
        positive, reason = second, "it comes second in alphabetical order"
    negative = second if positive == first else first
    decision = Decision(topic="positive class", choice=positive, reason=reason, overrule=f"--positive {negative}")
    return (negative, positive), decision


def warn_of_imbalance(name: str, counts: Mapping[str, int], balanced: bool) -> list[Decision]:
    """Return what to say when one of two classes is rare."""
    rare = min(counts, key=lambda label: counts[label])
    share = counts[rare] / sum(counts.values())
    if share > IMBALANCE:
        return []
    said = f"only {100 * share:.2g} % of {name} are {rare}"
    if balanced:
        choice, reason = "balanced weights", f"you asked for them; {said}; predicted probabilities will be too high"
        return [Decision(topic="class imbalance", choice=choice, reason=reason, overrule="--class-weights none")]
    return [
        Decision(
            topic="class imbalance",
            choice="no class weights",
            reason=f"they would spoil the probabilities; {said}, so look at recall and precision, not at accuracy",
            overrule="--class-weights balanced",
            warning=True,
        )
    ]


def warn_of_rare_classes(name: str, counts: Mapping[str, int]) -> list[Decision]:
    """Return what to say when some of several classes have few rows."""
    rare = tuple(f"{label} ({rows})" for label, rows in counts.items() if rows < FEW_ROWS)
    if not rare:
        return []
    return [
        Decision(
            topic="rare classes",
            choice="kept as they are",
            reason=f"{name} has classes with fewer than {FEW_ROWS} rows, which can hardly be learnt: {listed(rare)}",
            overrule="join or leave out these classes in the data",
            warning=True,
        )
    ]


def _named(name: str, wish: str, counts: Mapping[str, int]) -> str:
    """Return the class that the user named; letter case does not matter."""
    found = [label for label in counts if label.casefold() == wish.casefold()]
    if not found:
        raise unknown_name("fit", f"positive to be a class of {name},", wish, counts)
    return wish if wish in counts else found[0]


def _word(label: str) -> str:
    return label.strip(" '\".").casefold()
