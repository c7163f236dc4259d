"""How far reading many files is: one line that is redrawn, in a terminal; nothing where output goes to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

MANY_FILES: Final = 1000  # below, reading is over before anybody wonders


@contextmanager
def counted(
    what: str, total: int, console: Console | None = None, *, many: int = MANY_FILES
) -> Iterator[Callable[[], None]]:
    """Yield what is to be called after each file.

    Args:
        what: is done, as in `reading sounds`.
        total: files; nothing is shown of few.
        console: where to show it; standard error when left out.
        many: files, of which something is shown.

    Example:
        >>> with counted("reading sounds", 2) as done:
        ...     done()
    """
    if total < many:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
