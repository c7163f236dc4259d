"""Whether an iterator is used up, found out without drawing from it."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from types import GeneratorType
from typing import Any, Final

TOLD: Final = (zip, map, enumerate)
"""What says from which iterators it draws."""


def used_up(iterator: Any) -> bool:
    """Return whether an iterator has nothing more to give; False where that cannot be told.

    Example:
        >>> pairs = zip([1, 2], [3, 4])
        >>> used_up(pairs), list(pairs), used_up(pairs)
        (False, [(1, 3), (2, 4)], True)
    """
    if isinstance(iterator, GeneratorType):
        return iterator.gi_frame is None
    if isinstance(iterator, TOLD):
        held = iterator.__reduce__()[1]
        return isinstance(held, tuple) and any(isinstance(one, Iterator) and used_up(one) for one in held)
    drawn = getattr(iterator, "_num_yielded", None)  # of torch's DataLoader
    if isinstance(drawn, int) and hasattr(iterator, "__len__"):
        return drawn >= len(iterator) > 0
    return operator.length_hint(iterator, 1) == 0
