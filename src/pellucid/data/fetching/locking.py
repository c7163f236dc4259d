"""One process at a time: a lock that the system itself lets go when its holder ends, however it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from pellucid.foundation.errors import DataError

POLL_SECONDS: Final = 0.1

if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(file: IO[bytes]) -> bool:
        """Lock the file where no other process has."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_to_lock(file: IO[bytes]) -> bool:
        """Lock the file where no other process has."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path`; wait as long as another process holds it.

    The file stays: removing it would let two processes hold two files of one name.

    Args:
        path: of the lock file; made with its folder where it is missing.
        waiting: called once before the waiting begins.

    Raises:
        DataError: the file cannot be made or locked.

    Example:
        >>> import tempfile
        >>> with locked(Path(tempfile.mkdtemp(), "a.lock")):
        ...     print("mine")
        mine
    """
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("ab"))
            if not _try_to_lock(file):
                waiting()
                while not _try_to_lock(file):
                    time.sleep(POLL_SECONDS)
        except OSError as error:
            raise DataError(
                f"read expected to write into {path.parent}, got {error.strerror or error}: "
                "name another folder with the environment variable XDG_CACHE_HOME"
            ) from error
        yield
