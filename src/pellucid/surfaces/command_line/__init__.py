"""The command line: `pellucid fit`, `resume`, `predict`, `evaluate`, `report`, `runs`, `compare`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; a user's mistake is one sentence on standard error and exit code 2, no traceback."""
    from pellucid.foundation.errors import PellucidError
    from pellucid.surfaces.command_line.application import application

    try:
        application()
    except PellucidError as error:
        print(f"pellucid: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print(
            "pellucid: stopped; what was saved before is intact, `pellucid resume RUN` goes on from there",
            file=sys.stderr,
        )
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone, as in `pellucid runs | head`
        sys.exit(1)
