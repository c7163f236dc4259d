"""The documentation as a folder of pages, generated from the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from pellucid.concepts.catalogue import FAMILIES
from pellucid.concepts.concept import Concept
from pellucid.drawing.page import Page
from pellucid.foundation.files import write_bytes
from pellucid.laboratory.catalogue import EXPERIMENTS
from pellucid.laboratory.experiment import Experiment
from pellucid.surfaces.pages.render import PLOTLY, index_of_site, page_of_site


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the index."""

    name: str
    title: str
    also: str
    """Other names, for the search."""
    summary: str
    address: str
    page: Callable[[], Page]
    """Makes the page: draws, and runs an experiment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One part of the index: a family of concepts, or a theme of experiments."""

    title: str
    meaning: str
    entries: tuple[Entry, ...]


def groups() -> tuple[Group, ...]:
    """Return everything that the catalogues hold."""
    families = [
        Group(title=family.name, meaning=family.meaning, entries=tuple(map(_concept, family.records)))
        for family in FAMILIES
    ]
    themes = dict.fromkeys(kind.theme for kind in EXPERIMENTS)
    return (*families, *(_theme(theme, [kind for kind in EXPERIMENTS if kind.theme == theme]) for theme in themes))


def build(folder: Path, parts: Sequence[Group]) -> Iterator[Path]:
    """Write the documentation, page by page.

    Args:
        folder: where; made if it does not exist, pages in it are replaced.
        parts: what it holds, usually `groups()`.

    Yields:
        Each page that was written; the index comes last.

    Raises:
        RangeError: a page lacks its formula, source or example; all that it lacks is named.
    """
    from plotly.offline import get_plotlyjs

    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / PLOTLY, get_plotlyjs().encode())
    for entry in (entry for part in parts for entry in part.entries):
        page = entry.page()
        page.check()
        path = folder / entry.address
        path.parent.mkdir(exist_ok=True)
        write_bytes(path, page_of_site(page).encode())
        yield path
    write_bytes(folder / "index.html", index_of_site(parts).encode())
    yield folder / "index.html"


def _concept(concept: Concept) -> Entry:
    return Entry(
        name=concept.name,
        title=concept.title,
        also=" ".join(concept.aliases),
        summary=concept.summary,
        address=f"{concept.family}/{concept.name}.html",
        page=concept.page,
    )


def _run(kind: type[Experiment]) -> Page:
    return kind().run().page()


def _theme(theme: str, kinds: Sequence[type[Experiment]]) -> Group:
    meaning = (import_module(f"pellucid.laboratory.{theme}").__doc__ or "").strip()
    entries = tuple(
        Entry(
            name=kind.name,
            title=kind.title,
            also=" ".join(kind.aliases),
            summary=kind.question,
            address=f"{theme}/{kind.name}.html",
            page=partial(_run, kind),
        )
        for kind in kinds
    )
    return Group(title=f"experiments: {theme}", meaning=meaning, entries=entries)
