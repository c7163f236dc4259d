"""How far a download is: one line that is redrawn, in a terminal; nothing where output goes to a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Watch(Protocol):
    """Is told how far a download is."""

    def __call__(self, done: int, total: int | None) -> None:
        """Take in the bytes so far, and those of the whole file where they are known."""
        ...


@contextmanager
def shown(name: str, console: Console | None = None) -> Iterator[Watch]:
    """Yield what shows the progress of fetching a file.

    Args:
        name: of the file.
        console: where to show it; standard error when left out.
    """
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = console or Console(stderr=True)
    columns = (
        TextColumn("fetching {task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=None)

        def watch(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield watch
