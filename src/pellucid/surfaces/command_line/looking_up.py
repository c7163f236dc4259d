"""`pellucid concept` and `pellucid experiment`: list, search, tell, print sources, run, and write pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from rich.console import Console

    from pellucid.concepts.concept import Concept
    from pellucid.drawing.page import Page
    from pellucid.laboratory.experiment import Experiment

Record = TypeVar("Record")

WHOLE: Final = 240
"""Letters of a line that holds every sentence of the catalogues."""
NAME: Final = "its name, another name for it, or words to search for; without, all are listed"
AsPage = Annotated[bool, typer.Option("--html", help="write a page, complete in itself, into this folder")]
To = Annotated[Path | None, typer.Option("--to", help="file to write the page to [NAME.html]")]
Open = Annotated[bool, typer.Option("--open", help="write the page and open it in the browser")]


def concept(
    name: Annotated[list[str] | None, typer.Argument(help=NAME, metavar="[NAME]")] = None,
    numpy: Annotated[bool, typer.Option("--numpy", help="print the NumPy reference, forward and backward")] = False,
    torch: Annotated[bool, typer.Option("--torch", help="print the PyTorch form")] = False,
    html: AsPage = False,
    to: To = None,
    open_it: Open = False,
) -> None:
    """Open up a concept: formula, shapes, advice, mistakes, NumPy, PyTorch, picture."""
    from pellucid.concepts.catalogue import CONCEPTS, concept_called

    wanted = " ".join(name or ())
    found = _found(wanted, concept_called, [(one, _words_of_concept(one)) for one in CONCEPTS])
    if isinstance(found, list):
        _list([(one.family, one.name, one.summary) for one in found], "concept", wanted)
        return
    if numpy:
        _print_code(found.numpy_source())
    if torch:
        _print_code(found.torch_source())
    if not (numpy or torch):
        _tell(found.page(), html=html or to is not None or open_it, to=to, open_it=open_it)
        _say_others(wanted, found)


def experiment(
    name: Annotated[list[str] | None, typer.Argument(help=NAME, metavar="[NAME]")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="a parameter, as in --set rate=0.3; may be given several times")
    ] = None,
    html: AsPage = False,
    to: To = None,
    open_it: Open = False,
) -> None:
    """Run an experiment: what came out, which claims of the textbooks hold, and a picture to step through."""
    from pellucid.laboratory.catalogue import EXPERIMENTS, experiment_called
    from pellucid.laboratory.parameters import with_parameters

    wanted = " ".join(name or ())
    found = _found(wanted, experiment_called, [(one, _words_of_experiment(one)) for one in EXPERIMENTS])
    if isinstance(found, list):
        _refuse_settings(settings, wanted)
        _list([(one.theme, one.name, one.question) for one in found], "experiment", wanted)
        return
    page = with_parameters(found, settings or ()).run().page()
    _tell(page, html=html or to is not None or open_it, to=to, open_it=open_it)


def _refuse_settings(settings: list[str] | None, wanted: str) -> None:
    """Refuse parameters without an experiment that could take them."""
    if settings:
        raise RangeError(
            f"experiment expected the name of one experiment before --set, got {wanted!r}: "
            "`pellucid experiment` lists them"
        )


def _say_others(wanted: str, told: Concept) -> None:
    """Say which other concepts bear the name that was asked for."""
    from rich.text import Text

    from pellucid.concepts.catalogue import concepts_called

    others = [f"{one.family}.{one.name}" for one in concepts_called(wanted) if one is not told]
    if others:
        _console().print(Text(f"{wanted} also names {', '.join(others)}", style="dim"))


def _found(wanted: str, called: Callable[[str], Record], rows: Sequence[tuple[Record, str]]) -> Record | list[Record]:
    """Return what bears the name that is wanted; else, as a list, everything whose words hold those wanted.

    Args:
        wanted: a name or words; empty: everything is listed.
        called: returns what bears a name.
        rows: everything there is, each with the words in which it is searched for.

    Raises:
        UnknownNameError: nothing bears the name, and nothing holds the words.
    """
    from pellucid.concepts.families import folded
    from pellucid.foundation.errors import UnknownNameError

    parts = [folded(part) for part in wanted.split()]
    matching = [one for one, words in rows if all(part in folded(words) for part in parts)]
    if not wanted:
        return matching
    try:
        return called(wanted)
    except UnknownNameError:
        if matching:
            return matching
        raise


def _words_of_concept(one: Concept) -> str:
    options = [option.name for option in one.options]
    return " ".join([one.family, one.name, one.title, *one.aliases, *options, one.summary])


def _words_of_experiment(one: type[Experiment]) -> str:
    return " ".join([one.theme, one.name, one.title, *one.aliases, one.question])


def _list(rows: Sequence[tuple[str, str, str]], command: str, wanted: str) -> None:
    """Print names with their sentences, under the heading of their group."""
    from rich.table import Table
    from rich.text import Text

    console = _console()
    if not console.is_terminal:
        console.width = WHOLE  # whoever searches through a pipe wants every word
    width = max((len(name) for _, name, _ in rows), default=0)
    for group in dict.fromkeys(group for group, _, _ in rows):
        console.print(Text(group, style="bold"))
        table = Table(box=None, show_header=False, pad_edge=True, padding=(0, 1))
        table.add_column(style="cyan", min_width=width, no_wrap=True)
        table.add_column()
        for _, name, sentence in (row for row in rows if row[0] == group):
            table.add_row(name, Text(sentence, no_wrap=True, overflow="ellipsis"))
        console.print(table)
    said = f" for {wanted!r}" if wanted else ""
    number = f"{len(rows)} {command}{'' if len(rows) == 1 else 's'}"
    console.print(Text(f"{number}{said}; `pellucid {command} NAME` opens one", style="dim"))


def _tell(page: Page, *, html: bool, to: Path | None, open_it: bool) -> None:
    if not html:
        from pellucid.drawing.terminal import told

        console = _console()
        for part in told(page):
            console.print(part)
        return
    from pellucid.foundation.files import write_bytes
    from pellucid.surfaces.pages.render import whole_page

    path = to or Path(f"{page.name}.html")
    if not path.parent.is_dir():
        raise RangeError(f"{page.kind} expected --to in a folder that exists, got {str(path)!r}: make the folder first")
    write_bytes(path, whole_page(page).encode())
    typer.echo(str(path))
    if open_it:
        typer.launch(str(path))


def _print_code(code: str) -> None:
    """Print source: coloured for a person, plain for a file or a pipe, so that it can be run."""
    console = _console()
    if not console.is_terminal:
        typer.echo(code)
        return
    from rich.syntax import Syntax

    console.print(Syntax(code, "python", theme="ansi_dark"))


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)
