"""Mistakes in the command line itself: an unknown command or option, an argument too few or too many."""

from __future__ import annotations

from typing import Any

from typer import TyperException
from typer.core import TyperGroup

from pellucid.foundation.names import nearest, unknown_name


class Commands(TyperGroup):
    """The commands; one that does not exist is answered with the nearest that does."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of this name.

        Raises:
            UnknownNameError: there is none.
        """
        command = super().get_command(ctx, cmd_name)
        if command is None and not cmd_name.startswith("-"):
            raise unknown_name("pellucid", "a command", cmd_name, self.commands)
        return command


def sentence_of(error: TyperException) -> str:
    """Return what is wrong with a command line, as one sentence with the nearest option."""
    context: Any = getattr(error, "ctx", None)
    path = "pellucid" if context is None else context.command_path
    command = path.split()[-1]
    if context is not None and hasattr(error, "possibilities"):  # an option that does not exist
        name = str(getattr(error, "option_name", ""))
        known = [option for one in context.command.params for option in (*one.opts, *one.secondary_opts)]
        near = nearest(name, [option for option in known if option.startswith("--")])
        advice = f"did you mean {near}?" if near else f"see `{path} --help`"
        return f"{command} expected one of its options, got {name}: {advice}"
    message = error.format_message().rstrip(".").replace("\n", " ")
    return f"{command} expected a command line as in `{path} --help`, got another one ({message}): mend it"
