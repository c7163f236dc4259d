"""What a cell of text can mean: nothing, a number, a date. One definition for sniffing and for reading."""

from __future__ import annotations

import re
from typing import Final

MISSING: Final = (
    "",
    "?",
    "NA",
    "N/A",
    "n/a",
    "na",
    "#N/A",
    "<NA>",
    "NaN",
    "nan",
    "null",
    "NULL",
    "Null",
    "None",
)
TRUTHS: Final = ("true", "false")
NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
CLOCK: Final = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?([AaPp][Mm]|Z|UTC|[+-]\d{2}:?\d{2}))?"
DATE: Final = re.compile(
    rf"\d{{4}}[-/.]\d{{1,2}}([-/.]\d{{1,2}})?([ T]{CLOCK})?"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}( {CLOCK})?"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4}"
)
CODE: Final = r"^[+-]?0[0-9]"  # 007 is a code: as a number it would lose its zeros

DATE_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d",
    "%Y-%m",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %I:%M %p",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y%m%d",
)


def is_missing(cell: str) -> bool:
    """Say whether a cell stands for no value.

    Example:
        >>> is_missing(" ?"), is_missing("0")
        (True, False)
    """
    return cell.strip() in MISSING


def looks_like_number(cell: str) -> bool:
    """Say whether a cell is a number, with a decimal point or comma.

    Example:
        >>> looks_like_number("1,5"), looks_like_number("1.5e3"), looks_like_number("1-5")
        (True, True, False)
    """
    return NUMBER.fullmatch(cell.strip()) is not None


def looks_like_date(cell: str) -> bool:
    """Say whether a cell is a date, perhaps with a time.

    Example:
        >>> looks_like_date("2011-01-01 00:00:00"), looks_like_date("40-49")
        (True, False)
    """
    return DATE.fullmatch(cell.strip()) is not None
