"""Forms of dates."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from pellucid.data.text.dates import date_formats, day_and_month_swapped, parsed_dates


@pytest.mark.parametrize(
    ("cells", "form", "first"),
    [
        (["2020-01-31", "2020-02-01"], "%Y-%m-%d", datetime(2020, 1, 31)),
        (["2020-01-31 10:20:30"], "%Y-%m-%d %H:%M:%S", datetime(2020, 1, 31, 10, 20, 30)),
        (["2020-01-31T10:20:30Z"], "%Y-%m-%dT%H:%M:%SZ", datetime(2020, 1, 31, 10, 20, 30)),
        (["2020-01-31T10:20:30+02:00"], "%Y-%m-%dT%H:%M:%S%z", datetime(2020, 1, 31, 8, 20, 30)),
        (["31/01/2020", "01/02/2020"], "%d/%m/%Y", datetime(2020, 1, 31)),
        (["01/31/2020", "02/01/2020"], "%m/%d/%Y", datetime(2020, 1, 31)),
        (["31.01.2020"], "%d.%m.%Y", datetime(2020, 1, 31)),
        (["01/31/20"], "%m/%d/%y", datetime(2020, 1, 31)),
        (["1949-01", "1949-02"], "%Y-%m", datetime(1949, 1, 1)),
        (["5 Jan 2020"], "%d %b %Y", datetime(2020, 1, 5)),
    ],
)
def test_the_form_is_found(cells: list[str], form: str, first: datetime) -> None:
    series = pl.Series("when", cells)
    assert date_formats("when", series, declared=False)[0] == form
    assert series.to_frame().select(parsed_dates(pl.col("when"), form)).item(0, 0) == first


@pytest.mark.parametrize("cells", [["40-49", "50-59"], ["1.5", "2.5"], ["x"], ["01/02", "03/04"]])
def test_other_texts_have_no_form(cells: list[str]) -> None:
    assert date_formats("when", pl.Series("when", cells), declared=False) == ()


def test_eight_digits_are_a_date_where_the_name_says_so() -> None:
    cells = pl.Series(["19580329", "19580405"])
    assert date_formats("date", cells, declared=False) == ("%Y%m%d",)
    assert date_formats("amount", cells, declared=False) == ()
    assert date_formats("amount", cells, declared=True) == ("%Y%m%d",)


def test_swapping_day_and_month() -> None:
    assert day_and_month_swapped("%d/%m/%Y %H:%M") == "%m/%d/%Y %H:%M"
