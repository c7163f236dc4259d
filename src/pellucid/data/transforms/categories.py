"""Categories of a table: the levels that the training rows have, as numbers or as columns of 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.text.values import is_missing
from pellucid.data.tidy import text_of

Encoding = Literal["levels", "onehot", "treatment"]
RARE_ROWS: Final = 3  # a level with fewer training rows shares the place of the levels never seen
MOST_LEVELS: Final = 1000  # the most frequent are kept
MISSING: Final = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFeature:
    """One column of categories."""

    column: str
    levels: tuple[str, ...]
    """The levels that have a place of their own, in order: numbers by size, texts by letters."""
    merged: int = 0
    """Levels of the training rows without a place of their own."""
    missing: bool = False
    """Whether training rows have missing cells."""

    def codes(self, column: pl.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return for each cell the number of its level from 1, 0 where it is missing or has none; and unseen levels."""
        texts = text_of(column).str.strip_chars()
        codes = (
            texts.replace_strict(list(self.levels), list(range(1, len(self.levels) + 1)), default=0)
            if self.levels
            else None
        )
        values = np.zeros(len(column), np.int64) if codes is None else codes.cast(pl.Int64).fill_null(0).to_numpy()
        unknown = texts.filter(pl.Series(values == 0)).drop_nulls().unique(maintain_order=True)
        return values, tuple(level for level in unknown if not is_missing(level))


def fit_category(column: pl.Series, encoding: Encoding) -> CategoryFeature:
    """Fit the levels of a column.

    Example:
        >>> fit_category(pl.Series("a", ["x"] * 3 + ["y"] * 3 + ["z"]), "levels").levels
        ('x', 'y')
    """
    counts = text_of(column).str.strip_chars().drop_nulls().value_counts(sort=True, name="rows")
    frequent = counts.head(MOST_LEVELS)
    if encoding != "treatment":  # where coefficients are read, every level keeps its own
        frequent = frequent.filter(pl.col("rows") >= RARE_ROWS)
    levels = frequent.to_series(0).to_list()
    return CategoryFeature(
        column=column.name,
        levels=tuple(sorted(levels, key=_order)),
        merged=len(counts) - len(levels),
        missing=column.null_count() > 0,
    )


def _order(level: str) -> tuple[float, str]:
    """Return what levels are sorted by: numbers come first, by size."""
    try:
        return float(level), level
    except ValueError:
        return np.inf, level


def dummy_names(feature: CategoryFeature, encoding: Encoding) -> tuple[str, ...]:
    """Return the names of a category's columns of 0 and 1.

    Example:
        >>> dummy_names(CategoryFeature(column="sex", levels=("f", "m")), "treatment")
        ('sex=m',)
    """
    levels = feature.levels[1:] if encoding == "treatment" else feature.levels
    names = tuple(f"{feature.column}={level}" for level in levels)
    return (*names, f"{feature.column}={MISSING}") if feature.missing else names


def fill_dummies(
    out: NDArray[np.float32],
    feature: CategoryFeature,
    encoding: Encoding,
    codes: NDArray[np.int64],
    empty: NDArray[np.bool_],
) -> None:
    """Write a category's columns of 0 and 1 into `out` (n, columns), which holds zeros.

    Unseen levels leave zeros: in treatment coding, they count as the first level.
    """
    start = 2 if encoding == "treatment" else 1  # the number of the first level with a column
    rows = np.flatnonzero(codes >= start)
    out[rows, codes[rows] - start] = 1
    if feature.missing:
        out[empty, -1] = 1
