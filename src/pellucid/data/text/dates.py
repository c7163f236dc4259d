"""Dates written as text: which way of writing fits a column, and how its cells are read."""

from __future__ import annotations

from typing import Final

import polars as pl

from pellucid.data.text.values import DATE_FORMATS, looks_like_date

FIRST_YEAR, LAST_YEAR = 1000, 2999  # a format with four digits of year also accepts two
COMPACT: Final = "%Y%m%d"
MONTH: Final = "%Y-%m"
SAMPLE_VALUES: Final = 200
LIKELY_SHARE: Final = 0.5


def parsed_dates(cell: pl.Expr, form: str) -> pl.Expr:
    """Return the times that texts write in this form; null where they do not."""
    if form == MONTH:
        cell, form = cell + "-01", "%Y-%m-%d"
    time = cell.str.to_datetime(form, strict=False, exact=True, time_unit="us") if ":" in form else _day(cell, form)
    if "%z" in form:  # then it is in UTC, and only the zone is taken away
        time = time.dt.replace_time_zone(None)
    return pl.when(time.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(time)


def _day(cell: pl.Expr, form: str) -> pl.Expr:
    """Return midnight of the days that texts write."""
    return cell.str.to_date(form, strict=False, exact=True).cast(pl.Datetime("us"))


def day_and_month_swapped(form: str) -> str:
    """Return the form that reads the day where this one reads the month.

    Example:
        >>> day_and_month_swapped("%d/%m/%Y")
        '%m/%d/%Y'
    """
    return form.replace("%d", "%D").replace("%m", "%d").replace("%D", "%m")


def date_formats(name: str, sample: pl.Series, *, declared: bool) -> tuple[str, ...]:
    """Return the forms that fit most of a column's sample; none where it does not look like dates.

    Eight digits are a date only where the column's name or the user says so.
    """
    values = sample.unique(maintain_order=True).head(SAMPLE_VALUES)
    if not declared and sum(map(looks_like_date, values)) < LIKELY_SHARE * len(values) and "date" not in name.lower():
        return ()
    compact = declared or "date" in name.lower()
    forms = [form for form in DATE_FORMATS if form != COMPACT or compact]
    frame = values.alias("cell").to_frame()
    counts = {form: frame.select(parsed_dates(pl.col("cell"), form)).to_series().count() for form in forms}
    fewest = 0 if declared else LIKELY_SHARE * len(values)
    return tuple(form for form in forms if counts[form] > fewest)
