"""The command line: `pellucid fit`, `resume`, `predict`, `evaluate`, `report`, `runs`, `compare`, `concept`, …."""

from __future__ import annotations

import sys
from typing import Final, NoReturn

INTERRUPTED: Final = 130  # what a shell expects of a program that Ctrl-C stopped: 128 and the number of the signal


def main() -> None:
    """Run the command line; a user's mistake is one sentence on standard error and exit code 2, no traceback."""
    try:
        code = _run()
    except KeyboardInterrupt:  # while the program was still being loaded
        code = INTERRUPTED
    if code == INTERRUPTED:
        print(
            "pellucid: stopped; what was saved before is intact, `pellucid resume RUN` goes on from there",
            file=sys.stderr,
        )
    sys.exit(code or 0)


def _run() -> int | None:
    """Return the exit code of a command."""
    from typer import TyperException

    from pellucid.foundation.errors import PellucidError
    from pellucid.surfaces.command_line.application import application
    from pellucid.surfaces.command_line.mistakes import sentence_of

    try:
        code: int | None = application(prog_name="pellucid", standalone_mode=False)
    except PellucidError as error:
        _fail(str(error))
    except TyperException as error:
        _fail(sentence_of(error))
    except PermissionError as error:
        _fail(f"pellucid expected to be allowed to use {error.filename}, got {error.strerror}: change its permissions")
    return code


def _fail(sentence: str) -> NoReturn:
    print(f"pellucid: {sentence}", file=sys.stderr)
    sys.exit(2)
