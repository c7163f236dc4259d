"""Numbers for readers. Expected texts were written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.drawing import numbers
from pellucid.drawing.numbers import NARROW_SPACE, decimals_for, duration, number, percent, score, whole

PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-", ",")


def read(text: str) -> float:
    mantissa, _, exponent = text.translate(PLAIN).partition(" × 10")
    return float(mantissa) * 10 ** int(exponent or 0)


@given(st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-12))
def test_a_shown_number_is_within_half_a_per_cent(value: float) -> None:
    assert read(number(value)) == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.5, "−0.5"), (999_999, "999,999"), (2.0, "2"), (1e-5, "1 × 10⁻⁵"), (float("nan"), "not finite")],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("seconds", "text"), [(59.7, "1 min 0 s"), (9.99, "10 s"), (3600, "1 h 0 min")])
def test_durations_at_the_borders_of_their_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_negative_shares_and_counts_have_the_minus_sign() -> None:
    assert percent(-0.02) == f"−2.0{NARROW_SPACE}%"
    assert whole(-1234) == "−1,234"


def test_what_is_rounded_to_zero_has_no_sign() -> None:
    assert score(-0.0001, share=False, decimals=2) == "0.00"
    assert percent(-0.0001) == f"0.0{NARROW_SPACE}%"
    assert score(-0.01, share=False, decimals=2) == "−0.01"


@given(st.floats(1e-4, 1e6), st.floats(1e-4, 1e5))
def test_the_last_digit_of_a_score_is_less_than_its_interval_is_wide(value: float, half: float) -> None:
    decimals = decimals_for(value - half, value + half, value)
    assert 10.0**-decimals <= max(half, 1.0)
    assert 0 <= decimals <= numbers.MOST_DECIMALS


def test_scores_show_shares_in_per_cent_and_numbers_in_full() -> None:
    assert score(0.8134, share=True, decimals=3) == f"81.3{NARROW_SPACE}%"
    assert score(42876.4, share=False, decimals=0) == "42,876"
    assert decimals_for(None, None, 0.0) == 2
