"""Parameters of an experiment as text: `rate=0.3`, `start=(1, -2)`, `function=x*cos(x)`. Nothing is ever evaluated."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, get_type_hints

import msgspec

from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import unknown_name
from pellucid.laboratory.experiment import Experiment, wrong_type


def with_parameters(kind: type[Experiment], settings: Sequence[str]) -> Experiment:
    """Return the experiment with parameters set by texts `name=value`.

    Args:
        kind: one of the catalogue.
        settings: texts; numbers, True, False, tuples and lists are read as such, everything else as text.

    Raises:
        UnknownNameError: there is no such parameter; the nearest is offered.
        RangeError: a text is no `name=value`, a value has the wrong type, or lies outside its range.

    Example:
        >>> from pellucid.laboratory.optimization.descent import Descent
        >>> with_parameters(Descent, ["rate=0.3", "steps=4"]).steps
        4
    """
    known = [declared.name for declared in fields(kind)]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise RangeError(
                f"experiment expected parameters as name=value, got {setting!r}: write --set {known[0]}=…"
                if known
                else f"{kind.name} expected no parameters, got {setting!r}: leave --set out"
            )
        if name not in known:
            raise unknown_name(kind.name, "a parameter", name, known)
        values[name] = _value(kind.name, name, text.strip(), hints[name])
    return kind(**values)


def _value(experiment: str, name: str, text: str, hint: Any) -> Any:
    """Return a text as the type that the parameter has; a single row stands for a matrix of one row."""
    value = _literal(text)
    for candidate in (value, text, (value,)):
        with suppress(msgspec.ValidationError):
            return msgspec.convert(candidate, hint, strict=False)
    raise wrong_type(experiment, name, hint, text)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
