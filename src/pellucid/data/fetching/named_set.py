"""What a set that can be fetched by its name is. Importing this costs nothing: the command line offers the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pellucid.data.fetching.remote import RemoteFile
from pellucid.foundation.records import InputKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSet:
    """One set of data: its files, and what of them is read.

    The files are read as they are; or, with `members` or `columns`, a folder is made of them once, and that is read.
    """

    name: str
    """As written in place of a path."""
    title: str
    """As said to people: what it is."""
    kind: InputKind
    files: tuple[RemoteFile, ...]
    licence: str
    """As its source states it; *none stated* where it states none."""
    source: str
    """Author, title, year."""
    read: str = "."
    """What is read, a path within the folder of the files."""
    test: str = ""
    """The official test part, where it is a file of its own."""
    members: str = ""
    """Of an archive: the pattern (regular expression) of the files in it that are unpacked."""
    suffix: str = ""
    """Put behind the name of each unpacked file."""
    columns: tuple[str, ...] = ()
    """Names of the columns of tables that come without a first line of names."""
    target: tuple[str, ...] = ()
    """The columns to predict, where reading does not tell."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """What the codes of the target mean."""


def codes(*names: str, first: int = 0) -> dict[str, str]:
    """Return what the codes first, first + 1 … mean.

    Example:
        >>> codes("World", "Sports", first=1)
        {'1': 'World', '2': 'Sports'}
    """
    return {str(code): name for code, name in enumerate(names, first)}
