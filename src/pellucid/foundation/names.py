"""Looking a name up among those that exist, and offering the nearest one when it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, TypeVar

from pellucid.foundation.errors import UnknownNameError

Record = TypeVar("Record")

SHOWN_NAMES: Final = 12  # a sentence with more names than this is no longer read


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the existing name that is most like `name` (letter case ignored), or None when none is near.

    Example:
        >>> nearest("specis", ["species", "island"])
        'species'
    """
    by_folded = {existing.casefold(): existing for existing in names}
    matches = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def unknown_name(where: str, what: str, name: str, names: Iterable[str]) -> UnknownNameError:
    """Return the error for a name that does not exist: `fit expected a target among …, got 'x': did you mean …?`."""
    known = list(names)
    suggestion = nearest(name, known)
    listed = ", ".join(known[:SHOWN_NAMES]) + (f", … ({len(known)} in all)" if len(known) > SHOWN_NAMES else "")
    advice = f"did you mean {suggestion!r}?" if suggestion else "use one of these names"
    return UnknownNameError(f"{where} expected {what} among {listed}, got {name!r}: {advice}")


def look_up(where: str, what: str, name: str, catalogue: Mapping[str, Record]) -> Record:
    """Return the catalogue's entry called `name`.

    Raises:
        UnknownNameError: there is none; the nearest name is offered.

    Example:
        >>> look_up("fit", "an optimizer", "adam", {"adam": 1, "sgd": 2})
        1
    """
    if name not in catalogue:
        raise unknown_name(where, what, name, catalogue)
    return catalogue[name]
