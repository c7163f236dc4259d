from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer import TyperException

from pellucid.foundation.errors import UnknownNameError
from pellucid.surfaces.command_line.mistakes import Commands, sentence_of

application = typer.Typer(cls=Commands)


@application.command()
def grow(size: int, quickly: bool = False, slowly: bool = False) -> None:
    """A command."""


@application.command()
def shrink() -> None:
    """Another one."""


def run(*arguments: str) -> Any:
    return application(list(arguments), prog_name="tool", standalone_mode=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grow", "3", "--quikly"], "grow expected one of its options, got --quikly: did you mean --quickly?"),
        (["grow", "3", "--no-slwly"], "grow expected one of its options, got --no-slwly: did you mean --no-slowly?"),
        (["grow", "3", "--zzz"], "grow expected one of its options, got --zzz: see `tool grow --help`"),
        (["--zzz"], "tool expected one of its options, got --zzz: see `tool --help`"),
    ],
)
def test_unknown_option_offers_the_nearest(arguments: list[str], sentence: str) -> None:
    with pytest.raises(TyperException, match="No such option") as error:
        run(*arguments)
    assert sentence_of(error.value) == sentence


@pytest.mark.parametrize("arguments", [["grow"], ["grow", "3", "4"], ["grow", "much"], ["shrink", "3"]])
def test_other_mistakes_point_at_the_help(arguments: list[str]) -> None:
    with pytest.raises(TyperException, match=r"argument|parameter|valid integer") as error:
        run(*arguments)
    sentence = sentence_of(error.value)
    assert sentence.startswith(
        f"{arguments[0]} expected a command line as in `tool {arguments[0]} --help`, got another one ("
    )
    assert "\n" not in sentence


def test_mistake_without_a_place() -> None:
    assert sentence_of(TyperException("Nothing works.")) == (
        "pellucid expected a command line as in `pellucid --help`, got another one (Nothing works): mend it"
    )


@pytest.mark.parametrize(("name", "advice"), [("gorw", "did you mean 'grow'"), ("zzz", "use one of these names")])
def test_unknown_command(name: str, advice: str) -> None:
    with pytest.raises(
        UnknownNameError, match=f"pellucid expected a command among grow, shrink, got '{name}': {advice}"
    ):
        run(name)


def test_known_command_runs() -> None:
    runs: Callable[..., Any] = run
    assert runs("shrink") is None
