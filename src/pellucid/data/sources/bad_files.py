"""What is said of files that cannot be read: refused, left out, or kept in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SHOWN_FILES: Final = 3


def refuse_files(files: Sequence[Path], bad: Mapping[int, str], noun: str) -> DataError:
    """Return the error that names the first file that cannot be read.

    Args:
        files: all files.
        bad: position -> what is wrong with it, in a few words; not empty.
        noun: `picture`.
    """
    first = min(bad)
    others = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    return DataError(
        f"read expected whole {noun}s, got {files[first]} ({bad[first]}){others}: "
        "replace them, or leave them out with --skip-bad-rows"
    )


def said_bad(files: Sequence[Path], bad: Mapping[int, str], noun: str) -> tuple[Decision, ...]:
    """Say which files were left out."""
    if not bad:
        return ()
    shown = ", ".join(f"{files[i].name} ({bad[i]})" for i in sorted(bad)[:SHOWN_FILES])
    return (
        Decision(
            topic=f"bad {noun}s",
            choice=f"{len(bad)} left out",
            reason=f"they cannot be read: {shown}{' …' if len(bad) > SHOWN_FILES else ''}",
            warning=True,
        ),
    )


def problem_of(row: int, file: Path, fault: str, noun: str) -> RowProblem:
    """Return what is said of a file that cannot be read but keeps its place."""
    return RowProblem(row=row, sentence=f"predict expected a whole {noun}, got {file} ({fault}): replace it")
