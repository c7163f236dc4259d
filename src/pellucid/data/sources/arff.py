"""ARFF, the format of Weka and OpenML: a header that declares each column, then rows separated by commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.delimited import rows_of
from pellucid.data.sources.source import Known, Source, has_suffix, starts_with, table_dataset
from pellucid.data.text.dialect import Dialect
from pellucid.data.text.encoding import Text, load_text
from pellucid.data.text.values import is_missing
from pellucid.foundation.errors import DataError

RELATION: Final = b"@relation"
DATA: Final = re.compile(rb"^[ \t]*@data[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
ATTRIBUTE: Final = re.compile(
    r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s*(\{.*\}|\S+.*)""", re.IGNORECASE | re.DOTALL
)
TOKEN: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,{}'"][^,{}]*)""")
NUMERIC: Final = ("numeric", "real", "integer")
QUOTED: Final = re.compile(rb"""(?:^|,)[ \t]*(['"])""", re.MULTILINE)
ISO_DATE: Final = "yyyy-MM-dd'T'HH:mm:ss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One declared column."""

    name: str
    kind: str
    """numeric, nominal, string or date."""
    values: tuple[str, ...] = ()
    """Of a nominal one."""


def is_arff(source: Any) -> bool:
    """Say whether a source is an ARFF file."""
    return has_suffix(source, ".arff") or starts_with(source, RELATION)


def read_arff(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read an ARFF file; nominal columns are categories, whatever their values look like.

    Raises:
        DataError: the header is broken, the rows are sparse, or a cell is none of its column's declared values.
    """
    text = load_text(source, settings)
    content = bytes(text.content)
    found = DATA.search(content)
    if found is None:
        raise DataError(f"read expected a line @data in {source.name}, got none: is the file whole?")
    attributes = _attributes(content[: found.start()].decode(), source.name)
    body = _rows(content[found.end() :], source.name)
    first_line = content.count(b"\n", 0, found.end())
    quotes = QUOTED.findall(body)
    quote = max(set(quotes), key=quotes.count).decode() if quotes else None
    names = tuple(attribute.name for attribute in attributes)
    dialect = Dialect(separator=",", quote=quote, fields=len(names), header=None)
    rows = rows_of(Text(content=body), dialect, settings, source.name)
    table = pl.concat(rows.table.parts())
    table = table.rename(dict(zip(table.collect_schema().names(), names, strict=True)))
    lines = rows.lines + first_line
    for attribute in attributes:
        table = _typed(table, attribute, lines, source.name)
    return table_dataset(
        table,
        name=source.name,
        settings=settings,
        known=known,
        rows=lines,
        decisions=(*text.decisions, *rows.decisions),
    )


def _attributes(header: str, name: str) -> tuple[Attribute, ...]:
    """Read the declarations of the header."""
    attributes = []
    for line in header.splitlines():
        stripped = line.strip()
        if not stripped.lower().startswith("@attribute"):
            continue
        found = ATTRIBUTE.match(stripped)
        if found is None:
            raise DataError(f"read expected @attribute NAME TYPE in {name}, got {stripped!r}: mend the header")
        column, declared = _unquoted(found[1]), found[2].strip()
        kind = "nominal" if declared.startswith("{") else declared.split()[0].lower()
        kind = "numeric" if kind in NUMERIC else kind
        if kind not in ("numeric", "nominal", "string", "date"):
            raise DataError(f"read expected numeric, nominal, string or date in {name}, got {kind!r}: convert {column}")
        values = tuple(_values(declared)) if kind == "nominal" else ()
        attributes.append(Attribute(name=column, kind=kind, values=values))
    return tuple(attributes)


def _values(declared: str) -> list[str]:
    """Return the values between the braces, each once."""
    cells = (next(part for part in token.groups() if part is not None) for token in TOKEN.finditer(declared))
    return list(dict.fromkeys(_unescaped(cell).strip() for cell in cells if cell.strip()))


def _unquoted(text: str) -> str:
    """Return a name without its quotes."""
    return _unescaped(text[1:-1]) if text[:1] in "'\"" else text


def _unescaped(text: str) -> str:
    """Return the text with its backslash escapes resolved."""
    return re.sub(r"\\(.)", r"\1", text)


def _rows(body: bytes, name: str) -> bytes:
    """Return the rows with comments emptied (their newlines stay, for the numbers of rows) and quotes doubled."""
    body = re.sub(rb"^[ \t]*%.*$", b"", body, flags=re.MULTILINE)
    if re.search(rb"^[ \t]*\{", body, flags=re.MULTILINE):
        raise DataError(
            f"read expected dense rows in {name}, got sparse ones in braces: convert it to dense ARFF or CSV"
        )
    body = re.sub(rb"""(?<=,)[ \t]+(?=['"])""", b"", body)
    return re.sub(rb"""\\(['"])""", rb"\1\1", body)


def _typed(table: pl.LazyFrame, attribute: Attribute, lines: np.ndarray[Any, Any], name: str) -> pl.LazyFrame:
    """Give a column its declared type; texts that mean dates or nothing are left to the common reading."""
    column = pl.col(attribute.name).str.strip_chars()
    cell = pl.when(column != "?").then(column)
    if attribute.kind == "nominal":
        values = [value for value in attribute.values if not is_missing(value)] or ["?"]
        typed = cell.cast(pl.Enum(values), strict=False)
    elif attribute.kind == "numeric":
        typed = cell.cast(pl.Float64, strict=False)
    else:
        return table
    bad = table.select(cell.alias("cell"), typed.alias("typed"), pl.int_range(pl.len()).alias("at"))
    first = (
        bad.filter(pl.col("cell").is_not_null() & pl.col("typed").is_null() & (pl.col("cell") != "")).head(1).collect()
    )
    if len(first):
        raise DataError(
            f"read expected {attribute.name} in {name} to be {attribute.kind} as declared, got "
            f"{first['cell'][0]!r} in row {lines[first['at'][0]]}: mend the cell or the declaration"
        )
    return table.with_columns(typed.alias(attribute.name))


ARFF: Final = Source(
    name="arff", title="an ARFF file of Weka or OpenML", kind="table", recognises=is_arff, read=read_arff
)
