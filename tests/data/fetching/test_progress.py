"""The line of progress: drawn in a terminal, and only there."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pellucid.data.fetching.progress import shown


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_terminal_shows_it(terminal: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with shown("a.bin", console) as watch:
        watch(500, 1000)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("fetching a.bin" in text) == terminal
    assert terminal or text == ""
