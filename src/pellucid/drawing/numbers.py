"""Numbers as people read them: as many digits as they are worth."""

from __future__ import annotations

import math
from typing import Final

NARROW_SPACE: Final = "\u202f"
SMALLEST_PLAIN: Final = 1e-4
LARGEST_PLAIN: Final = 1e7
MINUTE_SECONDS: Final = 60
HOUR_SECONDS: Final = 3600
FEW_SECONDS: Final = 10
SHORTEST_SECONDS: Final = 0.01
MOST_DECIMALS: Final = 6
SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """Return a number with about `digits` significant digits; whole parts are never rounded away.

    Example:
        >>> number(0.083333), number(12345.6), number(1.5), number(3e-7), number(120.0)
        ('0.0833', '12,346', '1.5', '3 × 10⁻⁷', '120')
    """
    if not math.isfinite(value):
        return "not finite"
    if value == 0:
        return "0"
    size = abs(value)
    if size < SMALLEST_PLAIN or size >= LARGEST_PLAIN:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return _signed(f"{_trimmed(mantissa)} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}")
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    return _signed(_trimmed(f"{value:,.{decimals}f}"))


def whole(value: float) -> str:
    """Return a whole number with its thousands apart.

    Example:
        >>> whole(1234567)
        '1,234,567'
    """
    return _signed(f"{round(value):,}")


def percent(share: float, decimals: int = 1) -> str:
    """Return a share in per cent.

    Example:
        >>> percent(0.8134).replace(NARROW_SPACE, " ")
        '81.3 %'
    """
    return _signed(f"{100 * share:.{decimals}f}{NARROW_SPACE}%")


def duration(seconds: float) -> str:
    """Return a time span in the units that suit it.

    Example:
        >>> duration(0.0003), duration(0.034), duration(4.23), duration(75), duration(7322)
        ('under 0.01 s', '0.034 s', '4.2 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds < SHORTEST_SECONDS:
        return f"under {SHORTEST_SECONDS} s"
    if seconds < FEW_SECONDS:
        return f"{number(seconds, 2)} s"
    rounded = round(seconds)
    if rounded < MINUTE_SECONDS:
        return f"{rounded} s"
    if rounded < HOUR_SECONDS:
        return f"{rounded // MINUTE_SECONDS} min {rounded % MINUTE_SECONDS} s"
    return f"{rounded // HOUR_SECONDS} h {rounded % HOUR_SECONDS // MINUTE_SECONDS} min"


def decimals_for(low: float | None, high: float | None, value: float) -> int:
    """Return the decimals that a score deserves: two digits of the half-width of its interval, three without one.

    Example:
        >>> decimals_for(0.765, 0.859, 0.813), decimals_for(None, None, 12.3), decimals_for(2e4, 3e4, 2.5e4)
        (3, 1, 0)
    """
    half = (high - low) / 2 if low is not None and high is not None else 0.0
    size, digits = (half, 2) if half > 0 else (abs(value), 3)
    if size == 0:
        return 2
    return min(max(digits - 1 - math.floor(math.log10(size)), 0), MOST_DECIMALS)


def score(value: float, *, share: bool, decimals: int) -> str:
    """Return a score: a share in per cent, anything else as it is; `decimals` count before that is done.

    Example:
        >>> score(0.8134, share=False, decimals=2), score(0.8134, share=True, decimals=3).replace(NARROW_SPACE, " ")
        ('0.81', '81.3 %')
    """
    return percent(value, max(decimals - 2, 0)) if share else _signed(f"{value:,.{decimals}f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    """Use the minus sign, which is as wide as a digit, in place of the hyphen; none before what is rounded to 0."""
    if not text.startswith("-"):
        return text
    return text.replace("-", "−", 1) if set(text) & set("123456789") else text[1:]
