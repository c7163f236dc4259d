"""Settings: frozen dataclasses whose fields carry their help text; one declaration for Python, command line and JSON.

Each section (data, task, network, training, judging, output) stands next to the code that it configures and declares
its fields with `setting`. `None` means *chosen for you, and said aloud*.
"""

from __future__ import annotations

import ast
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final

from pellucid.foundation.errors import RangeError

HELP: Final = "help"
CHOICES: Final = "choices"


def setting(default: Any = MISSING, meaning: str = "", *, choices: tuple[str, ...] = ()) -> Any:
    """Declare one field of a settings dataclass: its default, what it means, and the names that it admits."""
    return field(default=default, metadata={HELP: meaning, CHOICES: choices})


def check_setting(name: str, value: Any, rule: str, holds: bool) -> None:
    """Raise the sentence for a setting that breaks its rule; None always passes.

    Raises:
        RangeError: `holds` is false.

    Example:
        >>> check_setting("epochs", 3, "a whole number above 0", 3 > 0)
    """
    if value is not None and not holds:
        raise RangeError(f"fit expected {name} to be {rule}, got {value!r}: give {name} such a value")


def check_choices(settings: Any) -> None:
    """Check every field that declares choices.

    Raises:
        UnknownNameError: a value is not among the choices; the nearest is offered.
    """
    from pellucid.foundation.names import unknown_name

    for declared in fields(settings):
        choices, value = declared.metadata.get(CHOICES, ()), getattr(settings, declared.name)
        if choices and isinstance(value, str) and value not in choices:
            raise unknown_name("fit", f"{declared.name}", value, choices)


@dataclass(frozen=True, slots=True)
class Call:
    """A name with arguments, as written in a setting: `dense(256, 256, dropout=0.1)` or only `dense`."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Call:
        """Parse the text; arguments are literals, nothing is ever evaluated.

        Raises:
            RangeError: the text is no name, and no name with literal arguments.

        Example:
            >>> Call.parse("sgd(0.1, nesterov=True)")
            Call(name='sgd', arguments=(0.1,), options=(('nesterov', True),))
            >>> Call.parse("one-cycle").name
            'one-cycle'
        """
        name, bracket, rest = text.strip().partition("(")
        if not bracket:
            return cls(name)
        try:
            call = ast.parse(f"f({rest}", mode="eval").body
            if not isinstance(call, ast.Call) or any(keyword.arg is None for keyword in call.keywords):
                raise ValueError("no call with plain arguments")
            arguments = tuple(ast.literal_eval(argument) for argument in call.args)
            options = tuple((str(keyword.arg), ast.literal_eval(keyword.value)) for keyword in call.keywords)
        except (SyntaxError, ValueError):
            raise RangeError(
                f"fit expected a name or a name with literal arguments like dense(256, dropout=0.1), got {text!r}: "
                "write numbers, texts, True or False between the brackets"
            ) from None
        return cls(name.strip(), arguments, options)
