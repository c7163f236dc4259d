"""Counting fields: the whole-array count agrees with Python's own reader, and broken rows are named."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.text import scanning
from pellucid.data.text.scanning import check_records, scan

CELLS = st.text(st.sampled_from('ab",\n '), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_scan_counts_as_the_csv_module_does(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    found = scan(np.frombuffer(out.getvalue().encode(), np.uint8), ord(","), ord('"'))
    assert found.fields.tolist() == [len(row) for row in rows]
    assert found.proper == 1.0
    assert not found.unclosed


def test_bad_rows_are_named_and_cut_out() -> None:
    content = b"a,b\n1,2\n\n1,2,3\n4\n5,6"
    checked = check_records(content, ",", None, 2, start=4)
    assert checked.lines.tolist() == [2, 6]
    assert [(row.line, row.fields, row.text) for row in checked.bad] == [(4, 3, "1,2,3"), (5, 1, "4")]
    assert [content[first:stop] for first, stop, _ in checked.edits] == [b"\n", b"1,2,3\n", b"4\n"]


def test_blank_lines_are_rows_of_a_single_column() -> None:
    assert check_records(b"1\n\n3\n", ",", None, 1, start=0).lines.tolist() == [1, 2, 3]


def test_a_stray_quote_is_text_and_an_open_one_is_a_bad_row() -> None:
    content = b'"a",1\n5" pipe,2\n"open,3\n"d",4\n'
    checked = check_records(content, ",", '"', 2, start=0)
    assert checked.lines.tolist() == [1, 2, 4]
    assert [row.line for row in checked.bad] == [3]
    assert [text for _, _, text in checked.edits] == [b'"a","1"\n', b'"5"" pipe","2"\n', b"", b'"d","4"\n']


def test_a_quoted_newline_is_part_of_its_field_also_beside_a_stray_quote() -> None:
    content = b'"a\nb",1\n5" pipe,2\n"c\nd",3\n'
    checked = check_records(content, ",", '"', 2, start=0)
    assert checked.lines.tolist() == [1, 3, 4]
    assert not checked.bad


@pytest.mark.parametrize("text", ["x,1\n", '"x\ny",1\n', '"x",1\n5" pipe,2\n'])
def test_blocks_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    content = (text * 9 + "bad\n" + text * 9).encode()
    whole = check_records(content, ",", '"', 2, start=0)
    monkeypatch.setattr(scanning, "BLOCK_BYTES", 16)
    parts = check_records(content, ",", '"', 2, start=0)
    assert parts.lines.tolist() == whole.lines.tolist()
    assert parts.bad == whole.bad
    assert parts.edits == whole.edits or '5"' in text  # beside a stray quote a whole block is quoted anew
    assert whole.stops == (len(content),)
    assert parts.stops[-1] == len(content)
    assert all(content[stop - 1 : stop] == b"\n" for stop in parts.stops)
    assert len(whole.bad) == 1
