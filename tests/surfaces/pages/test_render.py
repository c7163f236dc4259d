"""Pages: complete in themselves or part of a folder, formulas without scripts, nothing from anywhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.laboratory.optimization.descent import Descent
from pellucid.surfaces.pages.render import highlighted, mathml, page_of_site, whole_page


def test_a_whole_page_loads_nothing() -> None:
    html = whole_page(HINGE.page())
    assert 'src="' not in html.replace("plotly.js", "")[: html.index("<script>")]
    assert "Plotly" in html
    assert re.search(r'<script src=|<link rel="stylesheet"', html) is None


def test_a_page_of_the_site_shares_the_script_and_leads_back() -> None:
    html = page_of_site(HINGE.page())
    assert '<script src="../plotly.js"></script>' in html
    assert 'href="../index.html"' in html
    assert len(html) < 200_000


def test_a_wide_figure_scrolls_on_a_phone() -> None:
    html = page_of_site(HINGE.page())  # three columns
    assert re.search(r'<div class="sideways"><div class="plot" [^>]*min-width:760px"', html) is not None


def test_everything_that_is_told_stands_on_the_page() -> None:
    page = Descent(rate=1.1).run().page()
    html = page_of_site(page)
    for section in page.sections:
        assert section.title in html
    assert "does not hold" in html or "holds" in html
    assert "<math" in html


def test_the_figure_is_data_that_ends_no_script() -> None:
    html = page_of_site(Descent().run().page())
    (spec,) = re.findall(r'<script type="application/json" data-plot="picture">(.*?)</script>', html, re.DOTALL)
    figure = json.loads(spec)
    assert figure["frames"]
    assert "<" not in spec


def test_the_page_is_well_formed() -> None:
    class Balance(HTMLParser):
        open_tags: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in {"meta", "link", "input", "br", "img"}:
                self.open_tags.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            """Closed at once, as in MathML."""

        def handle_endtag(self, tag: str) -> None:
            assert self.open_tags.pop() == tag

    parser = Balance()
    parser.open_tags = []
    parser.feed(page_of_site(HINGE.page()))
    assert parser.open_tags == []


@pytest.mark.parametrize("latex", [r"\frac{1}{2}", r"\begin{cases} a & b \\ c & d \end{cases}", r"\sum_i x_i^2"])
def test_formulas_are_mathml(latex: str) -> None:
    assert mathml(latex).startswith("<math")


def test_code_is_escaped_and_coloured() -> None:
    html = highlighted("x = a < b  # no\n")
    assert "&lt;" in html
    assert 'class="c1"' in html
    assert highlighted(">>> 1 + 1\n2").count("gp") == 1
