"""What the names of files say where they follow a steady pattern: `7_jackson_32.wav` is label, speaker and take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.dataset import LABEL
from pellucid.foundation.records import Decision

SEPARATORS: Final = (r"[_-]+", "_", "-")  # the first that gives all names as many fields
FEWEST_FILES: Final = 10  # below, a pattern may be chance
MOST_CLASSES: Final = 100
FILES_PER_VALUE: Final = 3  # on average: a field whose values hardly return names files, not classes
RUN_SHARE: Final = 0.5  # of the numbers between the least and the largest that takes have
RECORDINGS_PER_CLASS: Final = 5  # so that each part can have some of each class
FEWEST_GROUPS: Final = 3  # one for each part
SHOWN_VALUES: Final = 3
SPEAKER, RECORDING, TAKE = "speaker", "recording", "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the names of files say."""

    columns: tuple[pl.Series, ...] = ()
    """Label, speaker or recording, take, and other fields, of each file."""
    group: str = ""
    """The column whose equal values belong together."""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of all names."""

    place: int
    """From 1."""
    values: tuple[str, ...]
    distinct: frozenset[str] = field(compare=False)

    @property
    def returns(self) -> bool:
        """Whether its values come again and again."""
        return len(self.distinct) * FILES_PER_VALUE <= len(self.values)

    @property
    def counts(self) -> bool:
        """Whether its values are numbers one after the other."""
        if not all(value.isdecimal() for value in self.distinct):
            return False
        numbers = sorted(map(int, self.distinct))
        return len(numbers) >= RUN_SHARE * (numbers[-1] - numbers[0] + 1)

    @property
    def shown(self) -> str:
        """Its values, the first few."""
        values = sorted(self.distinct)
        return f"{len(values):,} values: {', '.join(values[:SHOWN_VALUES])}{' …' * (len(values) > SHOWN_VALUES)}"


def from_names(stems: Sequence[str], labels: Sequence[str] | None = None) -> Named:
    """Return what the names say, nothing where they follow no pattern.

    Of the fields that differ, the last with numbers counts takes, the first other one with few values is the label,
    and one whose values come with several labels is the speaker, or, with one label each, the recording.

    Args:
        stems: names of the files without their endings.
        labels: of each file, where something else says it, such as a folder.

    Example:
        >>> stems = [f"{digit}_{who}_{take}" for digit in "012" for who in ("ann", "bob", "cat") for take in range(5)]
        >>> [column.name for column in from_names(stems).columns], from_names(stems).group
        (['label', 'speaker', 'take'], 'speaker')
    """
    fields = _fields(stems)
    takes = next((one for one in reversed(fields) if one.counts and len(fields) > 1), None)
    rest = [one for one in fields if one is not takes]
    label = None
    if labels is None:
        classes = [one for one in rest if one.returns and len(one.distinct) <= MOST_CLASSES]
        label = next((one for one in classes if not any(_decides(one, other) for other in classes)), None)
        if label is None:
            return Named()
        labels = label.values
    rest = [one for one in rest if one is not label]
    group, who = next(((one, name) for one in rest if (name := _speaker(one, labels))), (None, ""))
    if label is None:
        if group is None:
            return Named()
        columns = [(who, group)]
    else:
        others = {takes: TAKE, group: who, label: LABEL}
        columns = [(others.get(one, f"field_{one.place}"), one) for one in fields]
        columns.sort(key=lambda pair: (pair[0] != LABEL, pair[0] != who))
    enough = group is not None and len(group.distinct) >= FEWEST_GROUPS
    return Named(
        columns=tuple(pl.Series(name, one.values).cast(pl.Categorical) for name, one in columns),
        group=who if enough else "",
        decisions=_said_fields(columns, len(stems)),
    )


def said_group(name: str, count: int) -> Decision:
    """Say that rows with one value of a column are kept in one part.

    Args:
        name: of the column: speaker, recording …
        count: of its values.
    """
    return Decision(
        topic=name,
        choice=f"judged on {name}s that the network never met: the {count:,} {name}s are divided as a whole",
        reason=f"it will be used on new {name}s; a random split would be easier, and its scores too good for that",
        overrule="--split stratified",
    )


def _fields(stems: Sequence[str]) -> list[Field]:
    """Return the fields in which names differ."""
    for separator in SEPARATORS if len(stems) >= FEWEST_FILES else ():
        cut = [re.split(separator, stem) for stem in stems]
        if len({len(parts) for parts in cut}) == 1 and len(cut[0]) > 1:
            fields = [
                Field(place=place, values=values, distinct=frozenset(values))
                for place, values in enumerate(zip(*cut, strict=True), start=1)
            ]
            return [one for one in fields if len(one.distinct) > 1]
    return []


def _decides(one: Field, other: Field) -> bool:
    """Say whether each value of one field comes with a single value of another one, which has fewer."""
    pairs = set(zip(one.values, other.values, strict=True))
    return len(pairs) == len(one.distinct) > len(other.distinct)


def _speaker(one: Field, labels: Sequence[str]) -> str:
    """Say whether a field names speakers or recordings; empty where neither."""
    if not one.returns:
        return ""
    pairs = set(zip(one.values, labels, strict=True))
    classes = np.unique([value for value, _ in pairs], return_counts=True)[1]
    named = any(not value.isdecimal() for value in one.distinct)
    if named and np.median(classes) > 1:
        return SPEAKER
    enough = len(one.distinct) >= RECORDINGS_PER_CLASS * len(set(labels))
    return RECORDING if np.median(classes) == 1 and enough and not one.counts else ""


def _said_fields(columns: Sequence[tuple[str, Field]], files: int) -> tuple[Decision, ...]:
    """Say what the fields were taken for."""
    said = Decision(
        topic="file names",
        choice=", ".join(f"field {one.place} is the {name} ({one.shown})" for name, one in columns),
        reason=f"the names of all {files:,} files have as many fields",
        overrule="--target NAME, --group NAME, or --labels TABLE",
        warning=True,
    )
    return (said,)
