from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest

from pellucid.foundation.errors import RangeError
from pellucid.runs.settings import Settings, section_of_options
from pellucid.surfaces.command_line.options import PANELS, given_options, with_fit_options


@with_fit_options
def command(source: str, **options: Any) -> None:
    """A command with the options of `fit`."""


def names_of(name: str) -> list[str]:
    """Return how an option may be written; Typer keeps the first name where defaults stand."""
    option = inspect.signature(command).parameters[name].annotation.__metadata__[0]
    return [*option.default.split("/"), *option.param_decls]


def test_every_setting_is_an_option_in_the_panel_of_its_section() -> None:
    parameters = inspect.signature(command).parameters
    assert list(parameters) == ["source", *section_of_options()]
    assert set(PANELS) == {section.name for section in fields(Settings())}
    for name, section in section_of_options().items():
        option = parameters[name].annotation.__metadata__[0]
        assert option.rich_help_panel == PANELS[section]
        assert f"--{name.replace('_', '-')}" in names_of(name)


def test_flags_that_are_on_can_be_switched_off() -> None:
    assert names_of("report") == ["--report", "--no-report"]
    assert names_of("quiet") == ["--quiet", "-q"]


def test_help_shows_brackets_and_choices() -> None:
    option = inspect.signature(command).parameters["class_weights"].annotation.__metadata__[0]
    assert option.help.endswith("(none, balanced)")
    assert "\\[" in inspect.signature(command).parameters["target"].annotation.__metadata__[0].help


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", "3", 3),
        ("learning_rate", "0.1", 0.1),
        ("learning_rate", "1e-3", 0.001),
        ("learning_rate", "find", "find"),
        ("test", "test.csv", "test.csv"),
        ("validation", "0", 0.0),
        ("network", "dense(256, dropout=0.1)", "dense(256, dropout=0.1)"),
        ("optimizer", "3", "3"),
        ("column", ["a=number", "b = c=date"], {"a": "number", "b = c": "date"}),
        ("drop", ["a", "b"], ("a", "b")),
        ("size", "28x32", (28, 32)),
        ("size", "28", 28),
        ("quiet", True, True),
        ("compile", False, False),
    ],
)
def test_texts_become_what_the_settings_take(name: str, text: Any, value: Any) -> None:
    converted = given_options({name: text})
    assert converted == {name: value}
    assert type(converted[name]) is type(value)


def test_what_was_not_given_is_left_out() -> None:
    assert given_options({"epochs": None, "target": [], "drop": []}) == {}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("epochs", "many", r"fit expected --epochs WHOLE NUMBER, got 'many': see `pellucid fit --help`"),
        ("weight_decay", "some", r"fit expected --weight-decay NUMBER, got 'some'"),
        ("column", ["a"], r"fit expected --column NAME=KIND, got 'a': write for example --column age=number"),
        ("column", ["=number"], r"fit expected --column NAME=KIND, got '=number'"),
    ],
)
def test_texts_that_are_no_value(name: str, text: Any, sentence: str) -> None:
    with pytest.raises(RangeError, match=sentence):
        given_options({name: text})
