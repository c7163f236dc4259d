"""What is told about one thing, as a plain record that the command line, a notebook and the documentation show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pellucid.drawing.records import Picture, Table
from pellucid.foundation.errors import RangeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A sentence that was put to the test."""

    sentence: str
    holds: bool
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a page; of its contents usually one is there."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    """Terms and what is said of them."""
    verdicts: tuple[Verdict, ...] = ()
    table: Table | None = None
    code: str = ""
    """Python, or an example with prompts."""
    folded: bool = False
    """Whether short surfaces leave it out: sources that are printed on demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that is told about a concept or an experiment."""

    kind: Literal["concept", "experiment"]
    group: str
    """The family, or the theme."""
    name: str
    title: str
    summary: str
    """One sentence under the title."""
    formula: str
    latex: str
    picture: Picture
    sections: tuple[Section, ...]
    source: str

    @property
    def address(self) -> str:
        """The path of the page in the documentation: `losses/hinge.html`."""
        return f"{self.group}/{self.name}.html"

    def check(self) -> None:
        """Refuse a page on which something is missing that a reader needs.

        Raises:
            RangeError: it has no formula, source or example; all that is missing is named at once.
        """
        examples = [section for section in self.sections if section.title == EXAMPLE and section.code]
        parts = {"formula": self.formula, "latex": self.latex, "source": self.source, "example": examples}
        missing = [name for name, part in parts.items() if not part]
        if missing:
            raise RangeError(
                f"docs expected every page to be complete, got {self.group}.{self.name} without {', '.join(missing)}: "
                "write it in the record"
            )


EXAMPLE = "Example"


def words(value: Any) -> str:
    """Return the value of a property or parameter as a person says it.

    Example:
        >>> words(True), words(None), words((1.0, 2.5)), words(0.001)
        ('yes', 'none', '1, 2.5', '0.001')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        inner = [f"({words(one)})" if isinstance(one, tuple) else words(one) for one in value]
        return ", ".join(inner)
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)
