"""The options of `pellucid fit`, made from the fields of the settings: declared once, there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Annotated, Any, Final, get_args, get_type_hints

import msgspec
import typer

from pellucid.data.fetching.catalogue import FETCHED_SETS
from pellucid.foundation.errors import RangeError
from pellucid.foundation.settings import CHOICES, HELP
from pellucid.runs.settings import Settings

PANELS: Final = {
    "run": "The run",
    "data": "The data",
    "task": "The task",
    "network": "The network",
    "training": "Training",
    "judging": "Judging",
}
HEIGHT_BY_WIDTH: Final = re.compile(r"[0-9]+x[0-9]+")
SOURCE: Final = (
    "file, folder, or a name: digits, iris, wine, breast-cancer, diabetes; fetched once: "
    f"{', '.join(named.name for named in FETCHED_SETS)}; of the Hugging Face hub: hf:owner/name"
)
SHORT: Final = {"target": "-t", "quiet": "-q", "name": "-n"}


def with_fit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(source, **options)` a signature with one typed option for each setting."""
    parameters = [
        inspect.Parameter(
            "source",
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=Annotated[str, typer.Argument(help=SOURCE)],
        )
    ]
    default = Settings()
    for section in fields(default):
        settings = getattr(default, section.name)
        hints = get_type_hints(type(settings))
        parameters += [_parameter(field, hints[field.name], PANELS[section.name]) for field in fields(settings)]

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads this
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _parameter(field: Field[Any], hint: Any, panel: str) -> inspect.Parameter:
    """Return one option. Everything but flags arrives as text: the settings convert and check it."""
    flag = "--" + field.name.replace("_", "-")
    choices = field.metadata.get(CHOICES, ())
    meaning = field.metadata.get(HELP, "").replace("[", "\\[") + (f" ({', '.join(choices)})" if choices else "")
    names = [flag, *([SHORT[field.name]] if field.name in SHORT else [])]
    default, kind = _default(field), _kind(hint)
    if kind is bool and default is not False:
        names = [f"{flag}/--no-{flag[2:]}"]
    shown = str(default) if isinstance(default, (int, float, str)) and kind is not bool else False
    option = typer.Option(
        *names, help=meaning, rich_help_panel=panel, metavar=_metavar(hint), show_default=shown, hidden=not meaning
    )
    given = default if kind is bool else [] if kind == list[str] else None
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=given,
        annotation=Annotated[kind if given is not None else kind | None, option],
    )


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if callable(field.default_factory) else field.default


def _kind(hint: Any) -> Any:
    """Return how an option is given: a flag, several times, or once as text."""
    if bool in (hint, *get_args(hint)):
        return bool
    return list[str] if "Mapping" in str(hint) or str(hint).startswith("tuple[") else str


def _metavar(hint: Any) -> str | None:
    """Return the word that stands for the value in the help text."""
    text = str(hint)
    if _kind(hint) is bool:
        return ""
    if "Mapping" in text:
        return "NAME=KIND"
    for word, metavar in (("float", "NUMBER"), ("int", "WHOLE NUMBER")):
        if word in text:
            return metavar
    return "TEXT"


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given, converted to the types of their fields, `NAME=KIND` lists as mappings.

    Raises:
        RangeError: a value is no number where one is needed, or an entry of a list of pairs has no `=`.
    """
    default = Settings()
    hints = {
        name: hint
        for section in fields(default)
        for name, hint in get_type_hints(type(getattr(default, section.name))).items()
    }
    return {
        name: _converted(name, value, hints[name])
        for name, value in options.items()
        if value is not None and value != []
    }


def _converted(name: str, value: Any, hint: Any) -> Any:
    """Return text as what its field takes; text that is no number stays text where the field takes text too."""
    if "Mapping" in str(hint):
        return _mapping(name, value)
    if hint is Any:
        return value
    if name == "size" and HEIGHT_BY_WIDTH.fullmatch(str(value)):
        return tuple(int(side) for side in value.split("x"))
    try:
        return msgspec.convert(value, type=hint, strict=False)
    except msgspec.ValidationError:
        raise RangeError(
            f"fit expected --{name.replace('_', '-')} {_metavar(hint)}, got {value!r}: see `pellucid fit --help`"
        ) from None


def _mapping(name: str, entries: list[str]) -> dict[str, str]:
    """Return `["a=number"]` as a mapping."""
    pairs = [entry.rpartition("=") for entry in entries]
    for (key, equals, _), entry in zip(pairs, entries, strict=True):
        if not (equals and key):
            raise RangeError(f"fit expected --{name} NAME=KIND, got {entry!r}: write for example --{name} age=number")
    return {key: value for key, _, value in pairs}
