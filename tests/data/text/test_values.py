"""What a cell of text can mean."""

from __future__ import annotations

import pytest

from pellucid.data.text.values import is_missing, looks_like_date, looks_like_number


@pytest.mark.parametrize("cell", ["", " ", "?", " ?", "NA", "N/A", "null", "None", "NaN"])
def test_missing(cell: str) -> None:
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", "none", "no", "-", "Nana"])
def test_present(cell: str) -> None:
    assert not is_missing(cell)


@pytest.mark.parametrize("cell", ["1", "-1.5", ".28", "1.", "1e-5", "+3", "1,5", " 7 ", "inf"])
def test_numbers(cell: str) -> None:
    assert looks_like_number(cell)


@pytest.mark.parametrize("cell", ["", "a", "1-5", "1.2.3", "e5", "0x10", "12:30"])
def test_no_numbers(cell: str) -> None:
    assert not looks_like_number(cell)


@pytest.mark.parametrize(
    "cell", ["2020-01-31", "2020-01-31 10:00:00", "31.1.2020", "1/31/2020", "5 Jan 2020", "1949-01"]
)
def test_dates(cell: str) -> None:
    assert looks_like_date(cell)


@pytest.mark.parametrize("cell", ["40-49", "1.5", "555-1234567", "a"])
def test_no_dates(cell: str) -> None:
    assert not looks_like_date(cell)


@pytest.mark.parametrize("cell", ["01.01.2024 00:00;10", "2024-01-01 10:00 or so", "1/2/2024 late"])
def test_dates_with_something_behind_are_none(cell: str) -> None:
    assert not looks_like_date(cell)


@pytest.mark.parametrize("cell", ["01/31/2024 12:05 AM", "2024-01-01T10:00:00.5Z", "2024-01-01 10:00:00+01:00"])
def test_dates_with_times(cell: str) -> None:
    assert looks_like_date(cell)
