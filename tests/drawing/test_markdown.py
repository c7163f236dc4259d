"""A page as Markdown, and in a notebook."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.drawing.markdown import markdown
from pellucid.drawing.page import Page, Section, Verdict
from pellucid.drawing.records import Table
from pellucid.laboratory.optimization.descent import Descent


def page(*sections: Section) -> Page:
    told = Descent().run().page()
    return Page(**{name: getattr(told, name) for name in told.__slots__} | {"sections": sections})


def test_every_kind_of_section_has_its_form() -> None:
    text = markdown(
        page(
            Section(title="A", paragraphs=("words",), items=("item",), pairs=(("rate = 1", "how fast"),)),
            Section(title="B", verdicts=(Verdict(sentence="it falls", holds=False, measured="1 to 2"),)),
            Section(title="C", table=Table(title="C", columns=("a|b", "c"), rows=((1.5, "x\ny"),))),
            Section(title="D", code="x = 1\n"),
        )
    )
    assert text.startswith("### gradient descent")
    assert "$$\nx_{t+1} =" in text
    assert "- item\n" in text
    assert "- `rate = 1`: how fast" in text
    assert "- ✗ it falls: 1 to 2" in text
    assert "| a\\|b | c |\n| --- | --- |\n| 1.5 | x y |" in text
    assert "```python\nx = 1\n```" in text


def test_a_notebook_shows_the_text_and_then_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    notebook = ModuleType("IPython.display")
    notebook.Markdown = str  # type: ignore[attr-defined]
    notebook.display = shown.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", notebook)
    Descent().run()._ipython_display_()
    HINGE._ipython_display_()
    assert [str(one)[:20] for one in shown[::2]] == ["### gradient descent", "### hinge loss\n\nAsks"]
    assert [type(one).__name__ for one in shown[1::2]] == ["Figure", "Figure"]
