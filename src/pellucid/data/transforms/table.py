"""Tables for networks: fitted on the training rows only, saved as JSON, applied alike to every part and to new rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import room
from pellucid.data.dataset import Dataset
from pellucid.data.transforms.categories import (
    CategoryFeature,
    Encoding,
    dummy_names,
    fill_dummies,
    fit_category,
)
from pellucid.data.transforms.inputs import Inputs, RowProblem, check_columns, said_extra
from pellucid.data.transforms.numbers import (
    NumberFeature,
    Scaling,
    date_part,
    fit_dates,
    fit_number,
    read_dates,
    read_numbers,
    scaled,
)
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column, Decision, InputSpec

SHOWN_LEVELS: Final = 5
SHOWN_NAMES: Final = 6
SLICE_ROWS: Final = 1 << 14  # turned into arrays at once
CODED_LEVELS: Final = 254  # more do not fit into the bins of boosted trees, which then take them as numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTransform:
    """How rows of a table become arrays. Everything in it is plain data."""

    encoding: Encoding
    numbers: tuple[NumberFeature, ...]
    categories: tuple[CategoryFeature, ...]
    features: tuple[str, ...]
    """The columns that it needs."""
    known: tuple[str, ...]
    """All columns of the training table: those beyond are new."""

    @property
    def scaling(self) -> Scaling:
        """Robust with clipping for embedded levels; plain where a network without hidden layers must stay the GLM."""
        return "robust" if self.encoding == "levels" else "standard"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of the first array."""
        numbers = [
            name
            for one in self.numbers
            for name in ((one.name, f"{one.name} missing") if one.indicator else (one.name,))
        ]
        if self.encoding == "levels":
            return tuple(numbers)
        return (*numbers, *(name for one in self.categories for name in dummy_names(one, self.encoding)))

    @property
    def center(self) -> NDArray[np.float64]:
        """(d,) what is taken off each column of the first array before scaling; 0 for columns of 0 and 1."""
        return self._per_column([one.center for one in self.numbers], 0.0)

    @property
    def scale(self) -> NDArray[np.float64]:
        """(d,) what each column is divided by: a coefficient in the column's own units is `coefficient / scale`."""
        return self._per_column([1 / one.factor if one.factor else np.inf for one in self.numbers], 1.0)

    def _per_column(self, values: Sequence[float], other: float) -> NDArray[np.float64]:
        """Return a value for each column of the first array: of numbers the given ones, else `other`."""
        out = np.full(len(self.names), other)
        at = 0
        for one, value in zip(self.numbers, values, strict=True):
            out[at] = value
            at += 1 + one.indicator
        return out

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        levels = tuple(len(one.levels) + 1 for one in self.categories) if self.encoding == "levels" else ()
        return InputSpec(kind="table", examples=examples, numbers=len(self.names), levels=levels)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting: parts of dates, missing numbers, merged levels."""
        parts: dict[str, list[str]] = {}
        for one in self.numbers:
            if one.part:
                parts.setdefault(one.column, []).append(one.part)
        said = [
            Decision(
                topic=f"column {name}", choice=f"becomes {', '.join(found)}", reason="these parts of its dates vary"
            )
            for name, found in parts.items()
        ]
        filled = [one.column for one in self.numbers if one.indicator]
        if filled:
            choice = f"the median of the training rows, and a feature that says so: {_listed(filled)}"
            said.append(
                Decision(topic="missing numbers", choice=choice, reason="training rows have missing cells there")
            )
        for group in self.categories:
            if group.merged:
                choice = f"{group.merged} rare levels taken together with missing and unseen ones"
                said.append(
                    Decision(topic=f"column {group.column}", choice=choice, reason="they have too few training rows")
                )
        return tuple(said)

    def apply(self, rows: Dataset | pl.DataFrame) -> Inputs:
        """Turn rows into arrays.

        Args:
            rows: With at least the columns in `features`.

        Returns:
            `numbers` (n, d) of float32, and for categories to embed the numbers of their levels (n, m) of int64. Rows
            with a cell of the wrong kind are in `problems`; the cell counts as missing.

        Raises:
            DataError: columns are missing.
        """
        frame = rows.frame if isinstance(rows, Dataset) else rows
        check_columns(self.features, frame.columns)
        typed, problems = _typed(frame, self.numbers)
        numbers = room((frame.height, len(self.names)), np.float32)
        levels = room((frame.height, len(self.categories)), np.int64)
        unseen: list[dict[str, None]] = [{} for _ in self.categories]
        for start in range(0, frame.height, SLICE_ROWS):  # so that no more than these rows are in memory twice
            part = slice(start, start + SLICE_ROWS)
            at = self._fill_numbers(typed[part], numbers[part])
            news = self._fill_levels(frame[part], levels[part], numbers[part, at:])
            for found, new in zip(unseen, news, strict=True):
                found |= dict.fromkeys(new)
        decisions = list(said_extra(frame.columns, self.known))
        for group, found in zip(self.categories, unseen, strict=True):
            if found and not group.merged:
                decisions.append(_said_unseen(group, tuple(found)))
        arrays = (numbers, levels) if self.encoding == "levels" and self.categories else (numbers,)
        return Inputs(arrays=arrays, problems=problems, decisions=tuple(decisions))

    def _fill_numbers(self, frame: pl.DataFrame, numbers: NDArray[np.float32]) -> int:
        """Write the numeric features of some rows, and return how many columns they take."""
        columns, at = _read(frame, self.numbers), 0
        for one in self.numbers:
            values = columns[one.name]
            numbers[:, at] = scaled(values.fill_null(one.fill).to_numpy(), one, self.scaling)
            if one.indicator:
                numbers[:, at + 1] = values.is_null().to_numpy()
            at += 1 + one.indicator
        return at

    def _fill_levels(
        self, frame: pl.DataFrame, levels: NDArray[np.int64], dummies: NDArray[np.float32]
    ) -> list[tuple[str, ...]]:
        """Write the levels of some rows, or their columns of 0 and 1, and return the unseen ones of each column."""
        at, unseen = 0, []
        for i, group in enumerate(self.categories):
            levels[:, i], new = group.codes(frame[group.column])
            unseen.append(new)
            if self.encoding != "levels":
                width = len(dummy_names(group, self.encoding))
                empty = frame[group.column].is_null().to_numpy()
                fill_dummies(dummies[:, at : at + width], group, self.encoding, levels[:, i], empty)
                at += width
        return unseen

    def finish(self) -> None:
        """Return None: the arrays are what the network takes."""
        return

    def plain(self, frame: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the same columns unscaled, for trees: NaN where missing, categories as numbers of their levels.

        Args:
            frame: Rows with at least the columns in `features`.

        Returns:
            (n, columns) of float64, and (columns,) whether a column is a category.

        Raises:
            DataError: columns are missing.
        """
        check_columns(self.features, frame.columns)
        typed = _typed(frame, self.numbers)[0]
        out = room((frame.height, len(self.numbers) + len(self.categories)), np.float64)
        for start in range(0, frame.height, SLICE_ROWS):
            part = slice(start, start + SLICE_ROWS)
            columns = _read(typed[part], self.numbers)
            for i, one in enumerate(self.numbers):
                out[part, i] = columns[one.name].fill_null(np.nan).to_numpy()
            for i, group in enumerate(self.categories, start=len(self.numbers)):
                codes = group.codes(frame[group.column][part])[0]
                out[part, i] = np.where(codes > 0, codes - 1, np.nan)
        coded = [False] * len(self.numbers) + [len(one.levels) <= CODED_LEVELS for one in self.categories]
        return out, np.array(coded, bool)


def fit_table(
    frame: pl.DataFrame, columns: Sequence[Column], features: Sequence[str], *, categories: Encoding
) -> TableTransform:
    """Fit the transform of a table.

    Args:
        frame: The training rows, and no others.
        columns: What the columns are.
        features: The columns to learn from.
        categories: How categories reach the network: `levels` as numbers to embed (numbers are then scaled robustly and
            clipped smoothly), `onehot` as a column of 0 and 1 for each level, `treatment` the same without the first
            level (numbers are then only standardized).

    Raises:
        DataError: a feature is neither number, category nor date.

    Example:
        >>> from pellucid.data.reading import read
        >>> from pellucid.data.schema import describe
        >>> d = describe(read("iris"))
        >>> transform = fit_table(d.dataset.frame, d.columns, d.features, categories="onehot")
        >>> transform.apply(d.dataset.frame).arrays[0].shape
        (150, 4)
    """
    scaling: Scaling = "robust" if categories == "levels" else "standard"
    kinds = {column.name: column.kind for column in columns}
    numbers: list[NumberFeature] = []
    groups: list[CategoryFeature] = []
    for name in features:
        column = frame[name]
        if kinds[name] == "number":
            values, _ = read_numbers(column)
            numbers.append(fit_number(values, scaling, indicator=values.null_count() > 0))
        elif kinds[name] == "date":
            numbers.extend(fit_dates(read_dates(column)[0], scaling))
        elif kinds[name] == "category":
            groups.append(fit_category(column, categories))
        else:
            raise DataError(
                f"fit expected {name} to be a number, category or date to learn from it, got {kinds[name]}: "
                f"say --column {name}=category or drop it"
            )
    return TableTransform(
        encoding=categories,
        numbers=tuple(numbers),
        categories=tuple(groups),
        features=tuple(features),
        known=tuple(column.name for column in columns),
    )


def _typed(frame: pl.DataFrame, numbers: Sequence[NumberFeature]) -> tuple[pl.DataFrame, tuple[RowProblem, ...]]:
    """Return the columns of the numeric features as numbers or times, and the rows that did not fit."""
    columns: dict[str, pl.Series] = {}
    problems: dict[int, RowProblem] = {}
    for one in numbers:
        if one.column in columns:
            continue
        column = columns[one.column] = frame[one.column]
        if not (column.dtype.is_temporal() if one.part else column.dtype.is_numeric() or column.dtype == pl.Boolean):
            columns[one.column], bad = read_dates(column) if one.part else read_numbers(column)
            problems |= {problem.row: problem for problem in bad if problem.row not in problems}
    return pl.DataFrame(list(columns.values())), tuple(problems[row] for row in sorted(problems))


def _read(typed: pl.DataFrame, numbers: Sequence[NumberFeature]) -> dict[str, pl.Series]:
    """Return the values of every numeric feature by its name, null where missing."""
    values: dict[str, pl.Series] = {}
    for one in numbers:
        column = typed[one.column]
        found = date_part(column, one.part) if one.part else read_numbers(column)[0]
        values[one.name] = found.cast(pl.Float64)
    return values


def _said_unseen(feature: CategoryFeature, unseen: Sequence[str]) -> Decision:
    """Say which levels no training row had."""
    more = f" … ({len(unseen)} in all)" if len(unseen) > SHOWN_LEVELS else ""
    return Decision(
        topic=f"column {feature.column}",
        choice="levels never seen in training count as missing",
        reason=f"no training row has {', '.join(map(repr, unseen[:SHOWN_LEVELS]))}{more}",
        warning=True,
    )


def _listed(names: Sequence[str]) -> str:
    """Return names for a sentence, cut where they are many."""
    more = f" … ({len(names)} in all)" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more
