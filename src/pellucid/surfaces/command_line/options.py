"""The options of `pellucid fit`, made from the fields of the settings: declared once, there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, Final, get_type_hints

import typer

from pellucid.foundation.errors import RangeError
from pellucid.foundation.settings import CHOICES, HELP
from pellucid.workbench.settings import Settings

PANELS: Final = {
    "run": "The run",
    "data": "The data",
    "task": "The task",
    "network": "The network",
    "training": "Training",
    "judging": "Judging",
}
SHORT: Final = {"target": "-t", "quiet": "-q", "name": "-n"}


def with_fit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(source, **options)` a signature with one typed option for each setting."""
    parameters = [
        inspect.Parameter(
            "source",
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=Annotated[
                str, typer.Argument(help="file, folder, or a name: digits, iris, wine, breast-cancer, diabetes")
            ],
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
    meaning = field.metadata.get(HELP, "") + (f" ({', '.join(choices)})" if choices else "")
    default = field.default if field.default is not MISSING else field.default_factory()  # type: ignore[misc]
    names = [flag, *([SHORT[field.name]] if field.name in SHORT else [])]
    if hint is bool:
        kind, names = bool, [f"{flag}/--no-{flag[2:]}"] if default else names
    elif isinstance(default, (tuple, Mapping)):
        kind, default = list[str], []
    else:
        kind = str
    shown = default if isinstance(default, (bool, int, float, str)) else None
    option = typer.Option(*names, help=meaning, rich_help_panel=panel, metavar=_metavar(hint), show_default=str(shown) if shown not in (None, False, True) else False)
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default if kind is not str else None,
        annotation=Annotated[kind if kind is not str else str | None, option],
    )


def _metavar(hint: Any) -> str | None:
    """Return the word that stands for the value in the help text."""
    text = str(hint)
    if hint is bool:
        return None
    if "Mapping" in text:
        return "NAME=KIND"
    for word, metavar in (("float", "NUMBER"), ("int", "WHOLE NUMBER")):
        if word in text:
            return metavar
    return "TEXT"


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given, `NAME=KIND` lists as mappings.

    Raises:
        RangeError: an entry of such a list has no `=`.
    """
    default = Settings()
    owners = {f.name: f for s in fields(default) for f in fields(getattr(default, s.name))}
    given: dict[str, Any] = {}
    for name, value in options.items():
        if value is None or value == []:
            continue
        declared = owners[name]
        plain = declared.default if declared.default is not MISSING else declared.default_factory()  # type: ignore[misc]
        given[name] = _mapping(name, value) if isinstance(plain, Mapping) else value
    return given


def _mapping(name: str, entries: list[str]) -> dict[str, str]:
    """Return `["a=number"]` as a mapping."""
    pairs = [entry.rpartition("=") for entry in entries]
    for (key, equals, _), entry in zip(pairs, entries, strict=True):
        if not (equals and key):
            raise RangeError(f"fit expected --{name} NAME=KIND, got {entry!r}: write for example --{name} age=number")
    return {key: value for key, _, value in pairs}
