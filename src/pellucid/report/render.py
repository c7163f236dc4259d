"""A run in, one self-contained page out. Jinja and Plotly are imported when a page is rendered, not before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pellucid.drawing import theme
from pellucid.drawing.numbers import NARROW_SPACE, duration, number, percent, whole
from pellucid.report import scores, words
from pellucid.report.drawings import script_safe
from pellucid.report.page import page_of
from pellucid.report.view import ReportView

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

SERIF: Final = 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif'
MONO: Final = 'ui-monospace, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace'
CODE: Final = re.compile("`([^`]+)`")
COLOURS: Final = {
    "paper": theme.PAPER,
    "ink": theme.INK,
    "muted": theme.MUTED,
    "rule": theme.RULE,
    "subject": theme.SUBJECT,
    "other": theme.OTHER,
    "third": theme.THIRD,
    "quiet": theme.QUIET,
}


def render(view: ReportView) -> str:
    """Return the report of a run as one HTML page that loads nothing from anywhere.

    Args:
        view: The records of the run.

    Returns:
        The page, about 5 MB, nearly all of it Plotly's script.
    """
    from plotly.offline import get_plotlyjs

    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            page=page_of(view),
            view=view,
            run=view.run,
            colours=style_variables(),
            dark=script_safe(json.dumps(dict(theme.DARK))),
            plotly=get_plotlyjs(),
        )
    )


def prose(text: str) -> Markup:
    """Return text as HTML: escaped, what stands between backticks set as code, per cent signs kept to their numbers.

    Example:
        >>> prose("`--drop <b>` drops it")
        Markup('<code>--drop &lt;b&gt;</code> drops it')
    """
    from markupsafe import Markup, escape

    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text)).replace(" %", f"{NARROW_SPACE}%")))


def environment_of(*packages: str) -> Environment:
    """Return Jinja with the templates of packages, the first one's before the next one's.

    It escapes everything but what a template marks `safe`: style, scripts and figures made here.

    Example:
        >>> environment_of("pellucid.report").autoescape
        True
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    return environment


def _environment() -> Environment:
    """Return Jinja with the templates of the report, and the words and numbers that they say."""
    environment = environment_of("pellucid.report")
    environment.globals |= {"words": words, "scores": scores}
    environment.filters |= {
        "number": number,
        "whole": whole,
        "percent": percent,
        "duration": duration,
        "capital": words.capital,
        "stopped": words.stopped,
    }
    return environment


def style_variables() -> str:
    """Return the colours of the figures as variables of the style sheet, light and dark; paper stays light."""
    fonts = f"--sans:{theme.SANS};--serif:{SERIF};--mono:{MONO};"
    light, dark = _variables(lambda colour: colour), _variables(theme.DARK.__getitem__)
    return f":root{{{fonts}{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"


def _variables(shade: Callable[[str], str]) -> str:
    """Return the variables, each colour as `shade` turns it."""
    plain = "".join(f"--{name}:{shade(colour)};" for name, colour in COLOURS.items())
    return f"{plain}--tint:{theme.rgba(shade(theme.INK), 0.05)};--shade:{theme.rgba(shade(theme.INK), 0.16)};"
