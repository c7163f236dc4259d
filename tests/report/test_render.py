"""The page as a whole: it parses, it is complete in itself, and nothing from the data leaves its place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from pellucid.report.render import prose, render
from pellucid.report.view import ReportView

Pages = Callable[[str], str]
Views = dict[str, Callable[[], ReportView]]
VOID = {"meta", "img", "br", "link", "input", "hr"}
LARGEST_BYTES = 5_500_000
"""Plotly's script is 4.8 MB; a page must not add much to it."""
LOADING = ("src", "href", "data", "action", "srcset", "poster")


class Page(HTMLParser):
    """The elements of a page, with the texts of those that are asked about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def text(self) -> str:
        shown = "".join(text for tag, text in self.texts if tag not in ("script", "style"))
        return re.sub(r"\s+", " ", shown)

    def scripts(self) -> list[str]:
        return [text for tag, text in self.texts if tag == "script"]

    def figures(self) -> list[dict[str, object]]:
        return [json.loads(text) for text in self.scripts() if text.startswith('{"data"')]


Parsed = Callable[[str], Page]


@pytest.fixture(scope="module")
def parsed(pages: Pages) -> Parsed:
    """The parsed page of each run, by name."""
    return cache(lambda name: Page(pages(name)))


def test_every_page_is_whole_and_loads_nothing(parsed: Parsed, pages: Pages, name: str) -> None:
    page = parsed(name)
    assert not page.problems
    assert not page.open
    for tag, attributes in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        for loading in LOADING:
            assert re.match("#|data:image/png;base64,", attributes.get(loading) or "#"), (tag, loading)
    style = "".join(text for tag, text in page.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style
    assert len(pages(name).encode()) < LARGEST_BYTES


def test_every_figure_has_a_place_and_an_alternative_text(parsed: Parsed, name: str) -> None:
    page = parsed(name)
    places = {a["id"]: a for _, a in page.elements if a.get("class") == "plot"}
    data = [a["data-plot"] for _, a in page.elements if "data-plot" in a]
    assert sorted(places) == sorted(data)
    assert len(page.figures()) == len(data)
    assert all(len(place["aria-label"] or "") > 10 for place in places.values())


def test_identifiers_are_unique_and_every_link_leads_somewhere(parsed: Parsed, name: str) -> None:
    page = parsed(name)
    identifiers = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    links = {a["href"] for tag, a in page.elements if tag == "a"}
    assert links <= {f"#{identifier}" for identifier in identifiers}


def test_what_the_data_hold_is_shown_as_text_only(parsed: Parsed, views: Views) -> None:
    nasty = views["hostile"]().run.name
    harmless, hostile = (parsed(name) for name in ("binary", "hostile"))
    assert "<script>alert(1)</script>" in hostile.text()
    assert nasty.replace("`", "") in hostile.text().replace("`", "")
    scripts = [sum(tag == "script" and "data-plot" not in a for tag, a in p.elements) for p in (harmless, hostile)]
    assert scripts[0] == scripts[1] == 3  # colours, Plotly, ours
    assert not any("alert(1)" in text and not text.startswith("{") for text in hostile.scripts())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("binary", "On 300 rows that it never saw"),
        ("binary", "Where to put the threshold"),
        ("binary", "because it gives survived away: each of its 2 values."),
        ("binary", "Linear model: it did not converge."),
        ("pictures", "70,000 pictures, given to the network as 28 × 28 pixels in grey"),
        ("pictures", "no picture"),
        ("pictures", "stopped early"),
        ("multilabel", "Thresholds for each label"),
        ("regression", "data stands for what was handed over in Python"),
        ("regression", "The first 12 columns are shown; 2 more are left out."),
        ("counts", "Dispersion, learnt0.441"),
        ("counts", "Deviance residuals"),
        ("several", "Predicting survived, fare paid and class"),
        ("bare", "Training was interrupted after 1 epoch"),
        ("bare", "No baselines were judged beside the network"),
        ("bare", "Few rows: another 60 could give quite different scores."),
        ("unfinished", "This run is not finished"),
    ],
)
def test_what_must_be_said_is_said(parsed: Parsed, name: str, said: str) -> None:
    assert said in parsed(name).text()


def test_stages_that_have_not_finished_are_left_out(parsed: Parsed) -> None:
    text = parsed("unfinished").text()
    assert "How good it is" not in text
    assert "How training went" in text


def test_receptive_fields_have_a_column_where_there_are_any(parsed: Parsed) -> None:
    assert "Receptive field" in parsed("pictures").text()
    assert "5 × 5" in parsed("pictures").text()
    assert "Receptive field" not in parsed("binary").text()


def test_the_policy_forbids_the_network() -> None:
    from pellucid.report.render import _environment

    source, _, _ = _environment().loader.get_source(_environment(), "report.html.jinja")  # type: ignore[union-attr]
    assert "default-src 'none'" in source


def test_code_and_per_cent_signs_in_sentences() -> None:
    assert prose("use `--drop <a>` for 5 %") == "use <code>--drop &lt;a&gt;</code> for 5\u202f%"
    assert prose("a ` alone") == "a ` alone"


def test_neither_jinja_nor_plotly_is_imported_before_a_page_is_rendered() -> None:
    code = "import sys, pellucid.report.write; sys.exit(any(m in sys.modules for m in ('jinja2', 'plotly', 'torch')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_varied_pictures_stand_beside_the_picture_that_they_vary(views: Views) -> None:
    grid = np.zeros((2, 7, 1, 8, 8), np.uint8)
    page = Page(render(replace(views["pictures"](), varied=grid)))
    assert not page.problems
    assert "How training pictures are varied" in page.text()
    shown = [attributes["alt"] for tag, attributes in page.elements if tag == "img" and "aried" in attributes["alt"]]
    assert len(shown) == 12
    assert "How training pictures are varied" not in Page(render(views["pictures"]())).text()
