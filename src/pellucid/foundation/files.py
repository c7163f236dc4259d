"""Writing files so that a kill, a full disk or a power cut leaves the old file or the new one, never half of one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec

from pellucid.foundation.errors import DataError, RunFolderError

Record = TypeVar("Record")

PARTIAL_SUFFIX: Final = ".partial"
FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk, the user's share of it, the limit of one file


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on leaving, flush it to the disk and rename it over `path`.

    On any error the temporary file is removed and the old `path` stays as it was.

    Raises:
        RunFolderError: the disk is full or the folder cannot be written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with atomic_path(folder / "a.txt") as temporary:
        ...     _ = temporary.write_text("whole")
        >>> (folder / "a.txt").read_text()
        'whole'
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL_SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise RunFolderError(
            f"pellucid expected to write {path}, got {error.strerror or error}: "
            "free some space or choose another folder with --out; what was saved before is intact"
        ) from error
    finally:
        with suppress(OSError):  # where the folder itself is the trouble, the error above has said so
            temporary.unlink(missing_ok=True)


@contextmanager
def temporary_file(size: int = 0) -> Iterator[IO[bytes]]:
    """Yield a file in the system's temporary folder that is unlinked on leaving; a mapping of it keeps its content.

    Args:
        size: bytes of the disk to reserve for a mapping. A page that finds no room when it is written would end the
            process without a word.

    Raises:
        DataError: the disk is full.

    Example:
        >>> with temporary_file(8) as file:
        ...     len(file.read())
        8
    """
    try:
        with tempfile.NamedTemporaryFile(prefix="pellucid-") as file:
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            yield file
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DataError(
            f"pellucid expected room for the data in {tempfile.gettempdir()}, got {error.strerror}: free some space, "
            "or name another folder with the environment variable TMPDIR"
        ) from None


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable (POSIX asks for a flush of the folder; elsewhere folders cannot be opened)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically.

    Raises:
        RunFolderError: the disk is full or the folder cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: Path, record: Any) -> None:
    """Write a record (dataclasses, mappings, tuples, numbers, texts) to `path` as indented JSON, atomically.

    Raises:
        RunFolderError: the disk is full or the folder cannot be written.
    """
    write_bytes(path, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")


def read_json(path: Path, kind: type[Record]) -> Record:
    """Read a record of type `kind` from a JSON file, checking every field.

    Raises:
        RunFolderError: the file is missing, is no JSON, or a field has the wrong type.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise RunFolderError(f"pellucid expected {path}, got {error.strerror}: is this a run folder?") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise RunFolderError(
            f"pellucid expected {path} to hold a {kind.__name__}, got damaged or foreign content ({error}): "
            "restore the file from a copy, or run the fit again"
        ) from error
