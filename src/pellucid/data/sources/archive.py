"""What sets of the UEA and UCR archives have in common: `NAME_TRAIN` and `NAME_TEST`, files of labelled series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import LABEL, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.collecting import SERIES, collect
from pellucid.data.sources.source import Known
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

TRAIN, TEST = "_TRAIN", "_TEST"
TARGET: Final = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of series."""

    name: str
    series: Sequence[NDArray[np.float32] | str]
    """Values (l, c), or what is wrong with them."""
    labels: Sequence[str] | None
    """For each series; None where the file has none."""
    real: bool
    """Whether the labels are numbers to predict rather than classes."""
    lines: NDArray[np.int64]
    """(n,) of the file."""
    decisions: tuple[Decision, ...] = ()


def official_parts(source: Path, suffix: str, settings: DataSettings, known: Known) -> tuple[Path, Path | None]:
    """Return the file of training series and that of test series, where it lies beside and is wanted.

    Args:
        source: a file, or the folder of both.
        suffix: of the files.
        settings: whether the user names a test part or fraction, which then counts.
        known: not empty when rows are to be predicted: then a file stands for itself.

    Raises:
        DataError: the folder holds several sets.
    """
    if source.is_dir():
        found = sorted(source.glob(f"*{TRAIN}{suffix}"))
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise DataError(f"read expected the training part of one set in {source}, got {names}: name one of them")
        source = found[0]
    stem, _, rest = source.name.rpartition(TRAIN)
    test = source.with_name(f"{stem}{TEST}{rest}")
    wanted = bool(stem) and test.is_file() and settings.test is None and not known
    return source, test if wanted else None


def archive_dataset(parts: Sequence[Part], name: str, settings: DataSettings, known: Known) -> Dataset:
    """Return the data set of a training part, and of a test part where there is one.

    Raises:
        DataError: a series is broken and not to be left out, or a number to predict is none.
    """
    _check_labelled(parts)
    places = [f"line {line} of {part.name}" for part in parts for line in part.lines.tolist()]
    decoded = collect([values for part in parts for values in part.series], places, settings, bool(known))
    test = np.repeat([False, True], [len(parts[0].lines), sum(len(part.lines) for part in parts[1:])])[decoded.kept]
    columns = {SERIES: pl.Series([places[row] for row in decoded.kept.tolist()], dtype=pl.String)}
    target = TARGET if parts[0].real else LABEL
    if all(part.labels is not None for part in parts):
        labels = [label for part in parts for label in part.labels or ()]
        kept = [labels[row] or None for row in decoded.kept.tolist()]
        columns[target] = _numbers(kept, places) if parts[0].real else pl.Series(kept, dtype=pl.Categorical)
    said = () if len(parts) == 1 else (_said_test(parts[1]),)
    return Dataset(
        kind="series",
        name=name,
        frame=pl.DataFrame(columns),
        content=decoded.content,
        subject=SERIES,
        source_rows=np.concatenate([part.lines for part in parts])[decoded.kept],
        target=(target,) if target in columns else (),
        test_rows=test if len(parts) > 1 else None,
        problems=decoded.problems,
        decisions=(*(one for part in parts for one in part.decisions), *decoded.decisions, *said),
    )


def _check_labelled(parts: Sequence[Part]) -> None:
    """Check that all parts have labels, or none has.

    Raises:
        DataError: only some have.
    """
    without = [part.name for part in parts if part.labels is None]
    if without and len(without) < len(parts):
        labelled = next(part.name for part in parts if part.labels is not None)
        raise DataError(
            f"read expected labels in {without[0]} as in {labelled}, got none: leave it out with --test FRACTION"
        )


def _numbers(labels: Sequence[str | None], places: Sequence[str]) -> pl.Series:
    """Return labels as numbers.

    Raises:
        DataError: one is none.
    """
    texts = pl.Series(labels, dtype=pl.String)
    numbers = texts.replace("?", None).cast(pl.Float64, strict=False)
    bad = (numbers.is_null() & (texts != "?")).arg_true()
    if len(bad):
        raise DataError(
            f"read expected a number to predict at the end of {places[bad[0]]}, got {texts[bad[0]]!r}: mend it"
        )
    return numbers


def _said_test(part: Part) -> Decision:
    """Say that the set comes with a test part."""
    return Decision(
        topic="test part",
        choice=f"the {len(part.lines)} series of {part.name}",
        reason="it lies beside the training part and its name says so",
        overrule="--test FRACTION",
    )
