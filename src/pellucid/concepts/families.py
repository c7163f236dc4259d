"""A family's records as attributes of its package: `pellucid.concepts.losses.hinge`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pellucid.foundation.errors import UnknownNameError
from pellucid.foundation.names import unknown_name


class Named(Protocol):
    """Anything with a key and other names for it."""

    @property
    def name(self) -> str:
        """The key."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names."""
        ...


Record = TypeVar("Record", bound=Named)


def folded(name: str) -> str:
    """Return a name as it is compared: letter case, hyphens, spaces and underscores do not matter.

    Example:
        >>> folded("Cross-Entropy Loss") == folded("cross_entropy_loss") == folded("CrossEntropyLoss")
        True
    """
    return "".join(letter for letter in name.casefold() if letter not in "-_ ")


def record_called(where: str, what: str, name: str, records: Sequence[Record]) -> Record:
    """Return the record of this name or alias, however it is spelt.

    Raises:
        UnknownNameError: there is none; the nearest name is offered.
    """
    by_name = {folded(one): record for record in records for one in (*record.aliases, record.name)}
    if folded(name) in by_name:
        return by_name[folded(name)]
    raise unknown_name(where, what, name, [record.name for record in records])


def member(package: str, name: str, records: Sequence[Record]) -> Record:
    """Return the record of this name or alias, for a package's `__getattr__`.

    Raises:
        AttributeError: there is none; the nearest name is offered.
    """
    try:
        return record_called(package, "an attribute", name, records)
    except UnknownNameError as error:
        raise AttributeError(str(error)) from None
