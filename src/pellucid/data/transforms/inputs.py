"""What a transform makes of rows: arrays for the network, the rows that did not fit, and what there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.data.content import Content
from pellucid.foundation.errors import DataError
from pellucid.foundation.names import nearest
from pellucid.foundation.records import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that could not be read as the network needs it; it keeps its place, with a stand-in for the bad cell."""

    row: int
    """Its position from 0."""
    sentence: str
    """What was expected and what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Rows ready for batches."""

    arrays: tuple[Content, ...]
    """In the order of the network's arguments; each has as many rows as the frame."""
    problems: tuple[RowProblem, ...] = ()
    """Rows that should get no prediction."""
    decisions: tuple[Decision, ...] = ()

    def __len__(self) -> int:
        return len(self.arrays[0])


def check_columns(wanted: Sequence[str], present: Sequence[str]) -> None:
    """Check that every column that the network learnt from is there.

    Raises:
        DataError: some are missing; all are named, with the nearest that are there.

    Example:
        >>> check_columns(["age"], ["age", "sex"])
    """
    absent = [name for name in wanted if name not in present]
    if not absent:
        return
    parts = []
    for name in absent:
        near = nearest(name, present)
        parts.append(f"{name} (is it {near!r}?)" if near else name)
    raise DataError(
        f"predict expected the columns that the network learnt from, got a table without {', '.join(parts)}: "
        "add or rename them"
    )


def said_extra(present: Sequence[str], known: Sequence[str]) -> tuple[Decision, ...]:
    """Say which columns are new and not used."""
    extra = [name for name in present if name not in known]
    if not extra:
        return ()
    said = Decision(
        topic="extra columns",
        choice=f"not used: {', '.join(extra)}",
        reason="the network was trained without them",
    )
    return (said,)
