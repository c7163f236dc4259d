"""Finding out how a text file writes its rows."""

from __future__ import annotations

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.text.dialect import BLANK, parse_rows, sniff
from pellucid.foundation.errors import DataError


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n3,4\n", ","),
        ("a\tb\n1\t2\n3\t4\n", "\t"),
        ("a|b\n1|2\n3|4\n", "|"),
        ("1,5;2,5;3,1\n1,7;2,8;3,2\n", ";"),  # commas are as steady here; they leave cells such as `5;2`
        ("x,a|b\ny,c|d\nz,e|f\n", "|"),  # undecidable: the rarer mark
        ("1,5,a|b\n2,6,c|d\n", ","),
        ("1  2   3\n 4 5 6 \n", BLANK),
        ("alone\n1\n2\n", ","),
        ('"a,b";"c"\n"d,e";"f"\n', ";"),
    ],
)
def test_separator(text: str, separator: str) -> None:
    assert sniff(text.encode(), DataSettings()).separator == separator


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("'40-49','yes'\n'50-59','no'\n", "'"),
        ('a,b\n"x, y",1\n"z",2\n', '"'),
        ("a,b\nit's,1\ndon't,2\n", None),
        ('label\ttext\nham\t"Oh I see\nspam\tWin 5" now\nham\tok\n', None),
        ('a,b\n"line\nbreak",1\n"z",2\n', '"'),
    ],
)
def test_quote(text: str, quote: str | None) -> None:
    assert sniff(text.encode(), DataSettings()).quote == quote


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("name,size\nx,1\ny,2\n", ("name", "size")),
        ("M,0.455\nF,0.35\n", None),
        ("x,y\nx,n\ny,n\n", None),  # both fields of the first row come again below
        ("2011-01-01,a\n2011-01-02,b\n", None),
        (" ?,a\nb,c\n", None),
        ("0,1,2\n5.1,3,x\n4.2,2,y\n", ("0", "1", "2")),  # the first row only counts
        ("word,meaning\ncat,animal\noak,tree\n", ("word", "meaning")),
        (",b\n1,2\n3,4\n", ("column_1", "b")),
        ("a,a,b\n1,2,3\n4,5,6\n", ("a", "a_2", "b")),
        ("x y\nr1 1 2\nr2 3 4\n", ("rownames", "x", "y")),  # R names one column fewer
        ("a,b\n", ("a", "b")),
        ("1,2\n", None),
    ],
)
def test_header(text: str, header: tuple[str, ...] | None) -> None:
    assert sniff(text.encode(), DataSettings()).header == header


def test_no_header_is_said_with_the_reason() -> None:
    (said,) = sniff(b"M,0.455\nF,0.35\n", DataSettings()).decisions
    assert said.choice == "no header: columns column_1 … column_2"
    assert said.reason == "the first row holds the value '0.455'"
    assert said.overrule == "--header yes"


def test_the_user_overrules() -> None:
    dialect = sniff(b"1;2,3\n4;5,6\n", DataSettings(separator=",", header="yes"))
    assert dialect.separator == ","
    assert dialect.header == ("1;2", "3")
    assert sniff(b"1 2\n3 4\n", DataSettings(separator="space")).separator == BLANK


def test_a_separator_of_several_characters_is_refused() -> None:
    with pytest.raises(DataError, match="--separator to be one character"):
        sniff(b"a::b\n", DataSettings(separator="::"))


def test_parse_rows_leaves_out_blank_rows() -> None:
    assert parse_rows(b"a,b\n\n1,2\n", ",", '"') == [["a", "b"], ["1", "2"]]


def test_dates_before_a_decimal_comma_do_not_make_the_comma_the_separator() -> None:
    rows = [f"{day:02d}.01.2024 00:00;{day},5" for day in range(1, 29)]
    dialect = sniff("\n".join(["Zeit;Wert", *rows]).encode(), DataSettings())
    assert (dialect.separator, dialect.header) == (";", ("Zeit", "Wert"))
