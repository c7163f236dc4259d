"""How a text file writes its rows: what separates and quotes the fields, and whether the first row holds the names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from pellucid.data.settings import DataSettings
from pellucid.data.text.scanning import scan
from pellucid.data.text.values import is_missing, looks_like_date, looks_like_number
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SEPARATORS: Final = ("\t", ";", "|", ",")  # the rarer a mark is inside fields, the earlier it wins a tie
QUOTES: Final = ('"', "'")
BLANK: Final = "blank"
NAMED_SEPARATORS: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": BLANK, " ": BLANK}
SPOKEN: Final = {"\t": "tab", BLANK: "blanks"}
BLANK_FIELD: Final = re.compile(r'"[^"\n]*"|\S+')
SAMPLE_BYTES: Final = 1 << 20
SAMPLE_ROWS: Final = 1000
PROPER_SHARE: Final = 0.8  # of the quotes that belong to quoted fields: below it, they are characters of the text
STEADY_SHARE: Final = 0.8  # of the rows with the usual number of fields: below it, the mark separates nothing
RECURRING_SHARE: Final = 0.5  # of the first row's fields seen again below: it is a row of data


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the rows are written."""

    separator: str
    """One character, or `blank` for any run of blanks."""
    quote: str | None
    fields: int
    """Fields of a row of data."""
    header: tuple[str, ...] | None
    """The names in the first row, or None when it is a row of data."""
    decisions: tuple[Decision, ...] = ()


def sniff(sample: bytes, settings: DataSettings, known: Collection[str] = ()) -> Dialect:
    r"""Find the dialect from the beginning of a file (UTF-8, cut anywhere).

    `known` are the columns of a trained run: a first row with any of their names is a header, and no other one.

    Raises:
        DataError: the separator that the user gave is no single character.

    Example:
        >>> dialect = sniff(b"a;b\n1,5;2\n2,5;3\n", DataSettings())
        >>> dialect.separator, dialect.header
        (';', ('a', 'b'))
    """
    sample = _whole_lines(sample)
    separator, quote = _separator(sample, settings.separator)
    rows = parse_rows(sample, separator, quote)[:SAMPLE_ROWS]
    fields = Counter(len(row) for row in rows[1:] or rows).most_common(1)[0][0]
    named, why = _header(rows, settings.header, known)
    header = _unique_names(rows[0], fields) if named else None
    spoken = SPOKEN.get(separator, repr(separator))
    decisions = []
    if not named:
        said = Decision(
            topic="header",
            choice=f"no header: columns column_1 … column_{fields}",
            reason=why,
            overrule="--header yes",
        )
        decisions.append(said)
    if separator != ",":
        said = Decision(
            topic="separator", choice=spoken, reason="it gives rows of equal length", overrule="--separator MARK"
        )
        decisions.append(said)
    return Dialect(separator=separator, quote=quote, fields=fields, header=header, decisions=tuple(decisions))


def parse_rows(text: bytes, separator: str, quote: str | None) -> list[list[str]]:
    """Split the rows of a small text; blank rows are left out."""
    lines = io.StringIO(text.decode(errors="replace"), newline="")  # a sample may end inside a character
    if separator == BLANK:
        return [[cell.strip(quote) for cell in cells] for line in lines if (cells := blank_fields(line))]
    if quote:
        reader = csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
    else:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    return [row for row in reader if any(cell.strip() for cell in row)]


def blank_fields(line: str) -> list[str]:
    """Return the fields between blanks; blanks inside double quotes are part of a field.

    Example:
        >>> blank_fields(' 1  "two words" 3')
        ['1', '"two words"', '3']
    """
    return BLANK_FIELD.findall(line)


def _blank_quote(sample: bytes) -> str | None:
    """Return the quote character of fields between blanks."""
    return QUOTES[0] if QUOTES[0].encode() in sample else None


def _whole_lines(sample: bytes) -> bytes:
    """Cut the sample after its last newline, unless that is all of the file."""
    if len(sample) < SAMPLE_BYTES or b"\n" not in sample:
        return sample if sample.endswith(b"\n") else sample + b"\n"
    return sample[: sample.rindex(b"\n") + 1]


def _separator(sample: bytes, wished: str | None) -> tuple[str, str | None]:
    """Return the separator and the quote character (None where quotes are only text)."""
    if wished is not None:
        separator = NAMED_SEPARATORS.get(wished, wished)
        if separator != BLANK and (len(separator) != 1 or not separator.isascii()):
            raise DataError(f"read expected --separator to be one character or tab or blank, got {wished!r}: pass one")
        return separator, _blank_quote(sample) if separator == BLANK else _quote(sample, separator)
    best: tuple[float, float, str, str | None] | None = None
    for separator in SEPARATORS:
        if separator.encode() not in sample:
            continue
        quote = _quote(sample, separator)
        steady = _steadiness(sample, separator, quote)
        if steady < STEADY_SHARE:
            continue
        rank = (round(steady, 2), _value_share(sample, separator, quote), separator, quote)
        if best is None or rank[:2] > best[:2]:
            best = rank
    if best is not None:
        return best[2], best[3]
    lines = [line for line in sample.decode(errors="replace").splitlines() if line.strip()]
    widths = Counter(len(blank_fields(line)) for line in lines[1:] or lines)  # R leaves one name out of its header
    width, rows = widths.most_common(1)[0]
    if width > 1 and rows >= STEADY_SHARE * widths.total():
        return BLANK, _blank_quote(sample)
    return ",", _quote(sample, ",")


def _quote(sample: bytes, separator: str) -> str | None:
    """Return the quote character whose occurrences open and close whole fields, if any does.

    Found field by field, so that one open quote does not turn all later ones around.
    """
    border = rf"[{re.escape(separator)}\n]"
    for quote in QUOTES:
        field = rf"(?:(?<={border})|\A) *({quote}(?:[^{quote}]|{quote}{quote})*{quote})(?= *\r?{border}| *\Z)"
        occurrences = sample.count(quote.encode())
        proper = sum(whole.count(quote.encode()) for whole in re.findall(field.encode(), sample))
        if occurrences and proper >= PROPER_SHARE * occurrences:
            return quote
    return None


def _steadiness(sample: bytes, separator: str, quote: str | None) -> float:
    """Return the share of rows with the usual number of fields; 0 where that number is one."""
    found = scan(np.frombuffer(sample, np.uint8), ord(separator), ord(quote) if quote else None)
    fields = found.fields[found.stops - found.starts > 1]
    if not len(fields):
        return 0.0
    usual = int(np.bincount(fields).argmax())
    return float((fields == usual).mean()) if usual > 1 else 0.0


def _value_share(sample: bytes, separator: str, quote: str | None) -> float:
    """Return the share of cells that are numbers, dates or missing: a wrong separator leaves few."""
    cells = [cell for row in parse_rows(sample[: SAMPLE_BYTES // 16], separator, quote)[:SAMPLE_ROWS] for cell in row]
    values = sum(is_missing(cell) or looks_like_number(cell) or looks_like_date(cell) for cell in cells)
    return values / max(len(cells), 1)


def _header(rows: list[list[str]], wished: str, known: Collection[str]) -> tuple[bool, str]:
    """Say whether the first row holds names, and why."""
    if wished != "auto":
        return wished == "yes", "you said so"
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    if known:
        return not set(known).isdisjoint(first), "the run knows the names of the columns"
    if not rest:
        named = not any(looks_like_number(cell) for cell in first)
        return named, f"the only row holds {'no' if named else 'a'} number"
    if len(first) > 1 and first in ([str(start + i) for i in range(len(first))] for start in (0, 1)):
        return True, "the first row only counts the columns"
    values = [cell for cell in first if cell and (looks_like_number(cell) or looks_like_date(cell) or is_missing(cell))]
    if values:
        return False, f"the first row holds the value {values[0]!r}"
    columns = [{row[i].strip() for row in rest if i < len(row)} for i in range(len(first))]
    recurring = sum(cell in column for cell, column in zip(first, columns, strict=True) if cell)
    if recurring >= max(RECURRING_SHARE * len(first), 1):
        return False, f"{recurring} of the {len(first)} fields of the first row occur again below it"
    return True, "the first row holds texts that are no values of their columns"


def _unique_names(cells: list[str], fields: int) -> tuple[str, ...]:
    """Return the names: blank ones numbered, repeated ones told apart; R leaves out the name of the row names."""
    if len(cells) == fields - 1:
        cells = ["rownames", *cells]
    names: list[str] = []
    taken: set[str] = set()  # quick to ask where there are thousands of columns
    for number, cell in enumerate(cells, start=1):
        name = re.sub(r"\s+", " ", cell).strip() or f"column_{number}"
        if name in taken:
            copies = sum(re.sub(r"_\d+$", "", other) == name or other == name for other in names)
            name = f"{name}_{copies + 1}"
        names.append(name)
        taken.add(name)
    return tuple(names)
