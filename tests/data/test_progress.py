"""How far reading is."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from pellucid.data.progress import MANY_FILES, counted


def test_many_files_are_counted_in_a_terminal() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=80)
    with counted("reading sounds", MANY_FILES, console) as done:
        for _ in range(MANY_FILES):
            done()
    assert isinstance(console.file, StringIO)
    assert "reading sounds" in console.file.getvalue()
    assert f"{MANY_FILES}/{MANY_FILES}" in console.file.getvalue()


def test_nothing_is_shown_of_few_files_or_in_a_file() -> None:
    few, plain = Console(file=StringIO(), force_terminal=True), Console(file=StringIO())
    for total, console in ((MANY_FILES - 1, few), (MANY_FILES, plain)):
        with counted("reading sounds", total, console) as done:
            done()
        assert isinstance(console.file, StringIO)
        assert console.file.getvalue() == ""
