"""Judging the columns of a table: which are learnt from, which are set aside, and what there is to say about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import polars as pl

from pellucid.data.inspection.evidence import codes_of
from pellucid.data.inspection.kinds import Guess, guess_kind, holds_sentences, summary_of
from pellucid.data.inspection.leaks import Leak, find_leaks
from pellucid.data.inspection.oddities import row_correlation, twin_columns, zeros_for_missing
from pellucid.data.settings import DataSettings
from pellucid.foundation.records import Column, ColumnKind, Decision
from pellucid.tasks.task import Target

LEARNT_KINDS: Final = ("number", "category", "date")
FOLLOWS: Final = 0.5  # correlation with the target above which an identifier would have been a leak
FIRM: Final = 0.999  # correlation with the order of the rows above which a number follows it
SHOWN_NAMES: Final = 6
Role = Literal["feature", "target", "exposure", "group", "time", "unused"]


def judge_columns(
    frame: pl.DataFrame, names: Sequence[str], targets: Sequence[Target], settings: DataSettings
) -> tuple[tuple[Column, ...], tuple[Decision, ...]]:
    """Return a record of each column (those in `names` and the targets), in the order of the table, and what to say."""
    guesses = {name: _guess(frame[name], settings) for name in names}
    given = {settings.exposure: "exposure", settings.group: "group", settings.time: "time"}
    free = {name: guess.kind for name, guess in guesses.items() if name not in given and guess.kind in LEARNT_KINDS}
    leaks = _leaks(frame, free, targets)
    aside = {leak.column for leak in leaks if leak.certain and leak.column not in settings.keep}
    if aside.issuperset(free):  # an exact law learnt from its only columns is no leak
        aside = set()
    texts = _learnt_texts(frame, guesses, settings, alone=not free.keys() - aside)
    if settings.inputs and "table" not in settings.inputs:
        free = {}
    columns = []
    for name in frame.columns:
        target = next((one for one in targets if one.name == name), None)
        if target is not None:
            columns.append(_column(frame[name], Guess(kind=target.kind), "target"))
        elif name in guesses:
            role: Role = "feature" if name in texts or (name in free and name not in aside) else "unused"
            columns.append(_column(frame[name], guesses[name], given.get(name, role)))  # type: ignore[arg-type]  # the three roles above
    decisions = (
        *_said_identifiers(frame, guesses, targets, settings),
        *_said_texts({name: guess for name, guess in guesses.items() if guess.kind == "text" and name not in texts}),
        *_said_together(guesses),
        *(_said_leak(leak, leak.column in aside) for leak in leaks if leak.column not in settings.keep),
        *_said_order(frame, free, targets),
        *zeros_for_missing(frame, [name for name, kind in free.items() if kind == "number"]),
        *twin_columns(frame, {name: kind for name, kind in free.items() if name not in aside}),
    )
    return tuple(columns), decisions


def _guess(column: pl.Series, settings: DataSettings) -> Guess:
    """Return the kind that the user gave, or else our guess; a kept column is learnt from, whatever it looks like."""
    declared = (settings.column or {}).get(column.name)
    if declared:
        return Guess(kind=declared, reason="you said so")
    guess = guess_kind(column)
    if column.name in settings.keep and guess.kind in ("identifier", "text"):
        return Guess(kind="number" if column.dtype.is_numeric() else "category", reason="you kept it")
    return guess


def _column(column: pl.Series, guess: Guess, role: Role) -> Column:
    """Return the record of one column."""
    return Column(
        name=column.name,
        kind=guess.kind,
        role=role,
        missing=column.null_count(),
        distinct=column.n_unique() - (column.null_count() > 0),
        summary=summary_of(column, guess.kind),
        reason=guess.reason,
    )


def _leaks(frame: pl.DataFrame, kinds: Mapping[str, ColumnKind], targets: Iterable[Target]) -> list[Leak]:
    """Return the leaks of all targets, each column once, the certain ones first."""
    found = [leak for target in targets for leak in find_leaks(frame, dict(kinds), target)]
    by_column: dict[str, Leak] = {}
    for leak in sorted(found, key=lambda leak: not leak.certain):
        by_column.setdefault(leak.column, leak)
    return list(by_column.values())


def _said_leak(leak: Leak, aside: bool) -> Decision:
    """Say that a column gives the target away, or may."""
    if aside:
        choice, overrule = "set aside: it gives the target away", f"--keep {leak.column}"
    else:
        choice, overrule = "kept, but suspiciously good: is it known when you predict?", f"--drop {leak.column}"
    return Decision(topic=f"column {leak.column}", choice=choice, reason=leak.reason, overrule=overrule, warning=True)


def _said_identifiers(
    frame: pl.DataFrame, guesses: Mapping[str, Guess], targets: Sequence[Target], settings: DataSettings
) -> list[Decision]:
    """Say which columns are set aside as identifiers, and whether they would have given the target away."""
    decisions = []
    for name, guess in guesses.items():
        if guess.kind != "identifier" or name in (settings.group, settings.time):
            continue
        follows = ""
        if frame[name].dtype.is_numeric():
            for target in targets:
                strength = _strength(frame[name], target)
                if abs(strength) >= FOLLOWS:
                    follows = f"; and {target.name} follows it (rank correlation {strength:.2f})"
        said = Decision(
            topic=f"column {name}",
            choice="set aside: an identifier",
            reason=guess.reason + follows,
            overrule=f"--keep {name}",
            warning=bool(follows),
        )
        decisions.append(said)
    return decisions


def _strength(column: pl.Series, target: Target) -> float:
    """Return the rank correlation of an identifier with a target."""
    order = column.cast(pl.Float64).fill_null(strategy="mean").arg_sort().to_numpy()
    values = target.values if target.kind == "number" else codes_of(target.values)
    return row_correlation(values[order].astype("float64"))


def _learnt_texts(
    frame: pl.DataFrame, guesses: Mapping[str, Guess], settings: DataSettings, *, alone: bool
) -> frozenset[str]:
    """Return the texts that are learnt from: sentences, all that the user calls texts, or any where nothing else is."""
    if settings.inputs and "text" not in settings.inputs:
        return frozenset()
    texts = [name for name, guess in guesses.items() if guess.kind == "text"]
    wanted = [name for name in texts if (settings.column or {}).get(name) == "text" or settings.inputs]
    return frozenset(texts if alone else wanted or [name for name in texts if holds_sentences(frame[name])])


def _said_texts(guesses: Mapping[str, Guess]) -> list[Decision]:
    """Say which columns of phrases are set aside."""
    return [
        Decision(
            topic=f"column {name}",
            choice="set aside: names or phrases",
            reason=f"{guess.reason}; only sentences are learnt from beside other columns",
            overrule=f"--column {name}=text, or {name}=category",
            warning=True,
        )
        for name, guess in guesses.items()
    ]


def _said_together(guesses: Mapping[str, Guess]) -> list[Decision]:
    """Say which columns are constant, and which whole numbers are taken to have an order."""
    decisions = []
    constant = [name for name, guess in guesses.items() if guess.kind == "constant"]
    if constant:
        reason = "all their cells are the same or empty" if len(constant) > 1 else "its cells are all the same or empty"
        decisions.append(Decision(topic="constant columns", choice=f"set aside: {_listed(constant)}", reason=reason))
    ordered = [name for name, guess in guesses.items() if guess.reason.endswith("taken to have an order")]
    if ordered:
        said = Decision(
            topic="few whole numbers",
            choice=f"numbers, not categories: {_listed(ordered)}",
            reason="whole numbers mostly have an order, and a number can be learnt with fewer rows",
            overrule="--column NAME=category where they are only codes",
        )
        decisions.append(said)
    codes = [name for name, guess in guesses.items() if guess.reason.endswith("numbers are codes")]
    if codes:
        said = Decision(
            topic="codes",
            choice=f"categories, not numbers: {_listed(codes)}",
            reason="their names say that their numbers are codes",
            overrule="--column NAME=number",
        )
        decisions.append(said)
    return decisions


def _said_order(frame: pl.DataFrame, kinds: Mapping[str, ColumnKind], targets: Sequence[Target]) -> list[Decision]:
    """Say which numbers only follow the order of the rows while the target follows it too."""
    numeric = [target for target in targets if target.kind == "number"]
    if not any(abs(row_correlation(target.values.astype("float64"))) >= FOLLOWS for target in numeric):
        return []
    decisions = []
    for name, kind in kinds.items():
        column = frame[name]
        if kind != "number" or column.null_count() or abs(row_correlation(column.cast(pl.Float64).to_numpy())) < FIRM:
            continue
        said = Decision(
            topic=f"column {name}",
            choice="kept, but it follows the order of the rows: is it known when you predict?",
            reason="the rows come sorted by the target, or nearly so",
            overrule=f"--drop {name}",
            warning=True,
        )
        decisions.append(said)
    return decisions


def _listed(names: Sequence[str]) -> str:
    """Return names for a sentence, cut where they are many."""
    more = f" … ({len(names)} in all)" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more
