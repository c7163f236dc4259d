"""A page in, HTML out. Jinja, Plotly, Pygments and latex2mathml are imported when a page is rendered, not before."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pellucid.drawing import theme
from pellucid.drawing.page import Page
from pellucid.drawing.terminal import written
from pellucid.report.drawings import script_safe
from pellucid.report.render import environment_of, style_variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from pellucid.surfaces.pages.site import Group

PLOTLY: Final = "plotly.js"
"""The file beside the index of a folder of pages, which all of them share."""


def whole_page(page: Page) -> str:
    """Return a page that is complete in itself, about 5 MB, nearly all of it Plotly's script."""
    from plotly.offline import get_plotlyjs

    return _render("page.html.jinja", page=page, figure=_figure(page), plotly=get_plotlyjs(), root="")


def page_of_site(page: Page) -> str:
    """Return a page of the documentation, one folder below its index, beside which Plotly's script lies."""
    return _render("page.html.jinja", page=page, figure=_figure(page), plotly="", root="../")


def index_of_site(groups: Sequence[Group]) -> str:
    """Return the index: every page by group, with a search."""
    return _render("index.html.jinja", groups=groups, plotly="", root="")


def mathml(latex: str) -> Markup:
    r"""Return a formula that the browser itself sets, without a script.

    Example:
        >>> "<mfrac>" in mathml(r"\frac{1}{2}")
        True
    """
    from latex2mathml.converter import convert
    from markupsafe import Markup

    return Markup(convert(latex, display="block"))


def highlighted(code: str) -> Markup:
    """Return Python as HTML with classes for what each word is."""
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonConsoleLexer, PythonLexer

    lexer = PythonConsoleLexer() if code.startswith(">>>") else PythonLexer()
    return Markup(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _figure(page: Page) -> dict[str, Any]:
    from pellucid.drawing.figure import figure, least_width

    made = figure(page.picture)
    return {
        "spec": script_safe(made.to_json(engine="json")),
        "alt": page.picture.alt,
        "height": made.layout.height,
        "least": least_width(page.picture),
    }


def _render(template: str, **names: Any) -> str:
    dark = script_safe(json.dumps(dict(theme.DARK)))
    return _environment().get_template(template).render(colours=style_variables(), dark=dark, **names)


@cache
def _environment() -> Environment:
    """Return Jinja with the templates of these pages, and the style sheet and script that reports have too.

    Made once: the documentation renders some hundred pages from the same template.
    """
    environment = environment_of("pellucid.surfaces.pages", "pellucid.report")
    environment.filters |= {"mathml": mathml, "highlighted": highlighted, "written": written}
    return environment
