"""Changes by which training examples are varied: how they are written and kept. Plain data, without torch."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision
from pellucid.foundation.settings import Call

BETWEEN: Final = re.compile(r",\s*(?![^()]*\))")  # a comma outside of brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change with its amount, as in `rotate(15)`.

    Example:
        >>> str(Change(name="rotate", amount=15.0))
        'rotate(15)'
    """

    name: str
    amount: float

    def __str__(self) -> str:
        return f"{self.name}({self.amount:g})"


def changes_of(
    wish: str | None, usual: Mapping[str, float], auto: Sequence[str], *, most: float = math.inf
) -> tuple[Change, ...]:
    """Return the changes that the setting `augment` names, in the order of `usual`.

    Args:
        wish: None or `auto`, `none`, or changes such as `flip, shift(0.1)`.
        usual: all changes, each with the amount that is taken where none is written.
        auto: names of those that are made where nothing is said.
        most: the largest amount.

    Raises:
        UnknownNameError: there is no such change; the nearest is offered.
        RangeError: a change has another value than one number from 0 to `most`.

    Example:
        >>> [str(change) for change in changes_of("shift(0.2), flip", {"flip": 0.5, "shift": 0.1}, ())]
        ['flip(0.5)', 'shift(0.2)']
    """
    if wish == "none":
        return ()
    if wish in (None, "auto"):
        return tuple(Change(name=name, amount=usual[name]) for name in usual if name in auto)
    found: dict[str, float] = {}
    for text in BETWEEN.split(wish or ""):
        call = Call.parse(text)
        if call.name not in usual:
            raise unknown_name("fit", "a change of training examples", call.name, [*usual, "auto", "none"])
        found[call.name] = _amount(call, usual[call.name], most)
    return tuple(Change(name=name, amount=found[name]) for name in usual if name in found)


def _amount(call: Call, usual: float, most: float) -> float:
    """Return the amount of a change.

    Raises:
        RangeError: it is none.
    """
    given = call.arguments[0] if call.arguments else usual
    plain = isinstance(given, int | float) and not isinstance(given, bool)
    if call.options or len(call.arguments) > 1 or not plain or not 0 <= given <= most:
        allowed = "of at least 0" if math.isinf(most) else f"from 0 to {most:g}"
        raise RangeError(
            f"fit expected {call.name} with one number {allowed}, got {call.arguments or dict(call.options)}: "
            f"write {call.name}({usual:g})"
        )
    return float(given)


def said_changes(changes: Sequence[Change], meanings: Mapping[str, str], wish: str | None, reason: str) -> Decision:
    """Say how training examples are varied.

    Args:
        changes: what is done.
        meanings: of each change, with `{}` for its amount.
        wish: the setting `augment`.
        reason: for the choice, where it was left to us.
    """
    listed = ", ".join(meanings[change.name].format(change.amount) for change in changes)
    return Decision(
        topic="augmentation",
        choice=f"{listed}; in training only" if changes else "none",
        reason=reason if wish in (None, "auto") else "you asked for it",
        overrule=f"--augment none, or --augment '{', '.join(meanings)}'",
    )
