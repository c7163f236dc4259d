"""A page as Markdown with LaTeX, and its showing itself in a notebook."""

from __future__ import annotations

from importlib import import_module

from pellucid.drawing.page import Page, Section
from pellucid.drawing.records import Table
from pellucid.drawing.terminal import written


def markdown(page: Page) -> str:
    """Return the page as Markdown, without its picture; formulas between double dollar signs."""
    head = f"### {page.title}\n\n{page.summary}\n\n$$\n{page.latex}\n$$\n"
    parts = [_section(section) for section in page.sections]
    return "\n".join([head, *parts, f"*Source:* {page.source}\n"])


def show(page: Page) -> None:
    """Show a page in a notebook: its text, then its picture, which can be stepped through."""
    from pellucid.drawing.figure import figure

    notebook = import_module("IPython.display")  # whoever calls this has it; it is no dependency of ours
    notebook.display(notebook.Markdown(markdown(page)))
    notebook.display(figure(page.picture))


def _section(section: Section) -> str:
    lines = [f"**{section.title}**", ""]
    lines += [f"{paragraph}\n" for paragraph in section.paragraphs]
    lines += [f"- {item}" for item in section.items]
    lines += [f"- `{term}`: {meaning}" for term, meaning in section.pairs]
    lines += [f"- {'✓' if one.holds else '✗'} {one.sentence}: {one.measured}" for one in section.verdicts]
    if section.table:
        lines += _table(section.table)
    if section.code:
        lines += ["```python", section.code.rstrip(), "```"]
    return "\n".join([*lines, ""])


def _table(table: Table) -> list[str]:
    rows = [[_cell(written(cell)) for cell in row] for row in table.rows]
    head = [" | ".join(map(_cell, table.columns)), " | ".join("---" for _ in table.columns)]
    return [f"| {row} |" for row in [*head, *(" | ".join(row) for row in rows)]]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
