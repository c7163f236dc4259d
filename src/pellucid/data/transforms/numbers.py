"""Numbers (and the parts of dates) of a table: filling, scaling and smooth clipping, fitted on training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.text.cells import clean_texts, number, number_style
from pellucid.data.text.dates import date_formats, parsed_dates
from pellucid.data.transforms.inputs import RowProblem

CLIP: Final = 3.0  # where the smooth clipping levels off: no value leaves [-3, 3]
FARTHEST: Final = 1e30  # so that no square and no float32 overflows
QUARTERS: Final = (0.25, 0.5, 0.75)

Part = Literal["", "year", "month", "day", "weekday", "hour", "minute", "second"]
PARTS: Final[tuple[Part, ...]] = ("year", "month", "day", "weekday", "hour", "minute", "second")
SMALLEST: Final[Part] = "second"  # beside hours, seconds are noise
Scaling = Literal["robust", "standard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFeature:
    """One number that the network gets: a column, or a part of a column of dates."""

    column: str
    part: Part = ""
    fill: float
    """Stands where a value is missing: the median of the training rows."""
    center: float
    factor: float
    """The network gets `(value - center) * factor`; 0 where the training rows have one value only."""
    indicator: bool = False
    """Whether a second feature, 0 or 1, says that the value is missing."""

    @property
    def name(self) -> str:
        """The name of the feature."""
        return f"{self.column} {self.part}".strip()


def fit_number(column: pl.Series, scaling: Scaling, part: Part = "", *, indicator: bool) -> NumberFeature:
    """Fit one numeric feature.

    **Formula** robust: centre = median, factor = 1 / (q75 - q25), or 2 / (max - min) where the quartiles agree, or 0;
    standard: centre = mean, factor = 1 / deviation, or 0.

    **Source** robust: Holzmüller, Grinsztajn, Steinwart, "Better by Default" (RealMLP), 2024, arXiv:2407.04491.

    Example:
        >>> fit_number(pl.Series("a", [0.0, 1, 2, 3, 4]), "robust", indicator=False).factor
        0.5
    """
    values = column.drop_nulls().to_numpy().astype(np.float64)
    if not len(values):
        return NumberFeature(column=column.name, part=part, fill=0.0, center=0.0, factor=0.0, indicator=indicator)
    lower, median, upper = (float(quantile) for quantile in np.quantile(values, QUARTERS))
    if scaling == "standard":
        # missing cells count as the median that fills them, so that the scaled column has mean 0 and deviation 1
        filled = column.cast(pl.Float64).fill_null(median).to_numpy()
        center, spread = float(filled.mean()), float(filled.std())
    else:
        center, spread = median, (upper - lower) or float(np.ptp(values)) / 2
    negligible = spread <= max(np.finfo(np.float64).eps * abs(center), np.finfo(np.float64).tiny)
    factor = 0.0 if negligible else 1 / spread
    return NumberFeature(column=column.name, part=part, fill=median, center=center, factor=factor, indicator=indicator)


def fit_dates(column: pl.Series, scaling: Scaling) -> tuple[NumberFeature, ...]:
    """Fit the parts of a date that vary among the training rows; the first one carries the indicator."""
    varying = [part for part in PARTS if date_part(column, part).drop_nulls().n_unique() > 1] or [PARTS[0]]
    varying = [part for part in varying if part != SMALLEST or "hour" not in varying]
    missing = column.null_count() > 0
    return tuple(
        fit_number(date_part(column, part), scaling, part, indicator=missing and part == varying[0]) for part in varying
    )


def date_part(column: pl.Series, part: Part) -> pl.Series:
    """Return a part of dates as whole numbers: `weekday` from 1 for Monday."""
    parts: pl.Series = getattr(column.dt, part)()
    return parts


def scaled(values: NDArray[np.float64], feature: NumberFeature, scaling: Scaling) -> NDArray[np.float64]:
    """Return the numbers as the network gets them; robust scaling ends with the smooth clipping x / sqrt(1 + (x/3)²).

    Example:
        >>> feature = NumberFeature(column="a", fill=0.0, center=0.0, factor=1.0)
        >>> scaled(np.array([0.0, 1e9]), feature, "robust")
        array([0., 3.])
    """
    with np.errstate(over="ignore"):
        values = np.clip((values - feature.center) * feature.factor, -FARTHEST, FARTHEST)
    return values / np.sqrt(1 + (values / CLIP) ** 2) if scaling == "robust" else values


def read_numbers(column: pl.Series) -> tuple[pl.Series, tuple[RowProblem, ...]]:
    """Return a column as numbers, naming the rows whose cells are none."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        values = column.cast(pl.Float64)
        return values.set(~values.is_finite().fill_null(True), None), ()
    if column.dtype.is_temporal():
        return pl.Series(column.name, [None] * len(column), pl.Float64), _problems(
            column, "a number", column.is_not_null()
        )
    texts = clean_texts(column)
    values = texts.to_frame().select(number(pl.first(), number_style(texts.drop_nulls()))).to_series()
    return values, _problems(column, "a number", texts.is_not_null() & values.is_null())


def read_dates(column: pl.Series) -> tuple[pl.Series, tuple[RowProblem, ...]]:
    """Return a column as times, naming the rows whose cells are none."""
    if column.dtype.is_temporal():
        return column, ()
    texts = clean_texts(column)
    forms = date_formats(column.name, texts.drop_nulls(), declared=True)
    parsed = [texts.to_frame().select(parsed_dates(pl.first(), form)).to_series() for form in forms]
    none = pl.Series(column.name, [None] * len(column), pl.Datetime("us"))
    times = max(parsed, key=lambda series: series.count(), default=none)
    return times, _problems(column, "a date", texts.is_not_null() & times.is_null())


def _problems(column: pl.Series, wanted: str, bad: pl.Series) -> tuple[RowProblem, ...]:
    """Return a sentence for each bad cell."""
    return tuple(
        RowProblem(
            row=int(row),
            sentence=f"predict expected {wanted} in {column.name}, got {column[int(row)]!r}: mend it or leave it blank",
        )
        for row in bad.arg_true()
    )
