"""Archives (.zip, .tar, .tar.gz, .tgz): walked, or unpacked once: only files, never outside of their folder."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pellucid.foundation.errors import DataError

ANY: Final = ".*"
BROKEN: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    EOFError,
    zlib.error,
    RuntimeError,  # of an encrypted zip file, or one packed in a way that Python does not know
)


def unpack(archive: Path, folder: Path, *, members: str = ANY, suffix: str = "") -> None:
    """Unpack the files of an archive into a folder.

    Links, devices and names that lead out of the folder are an error: no honest archive of data holds them.

    Args:
        archive: a zip file or a tar file, packed or not.
        folder: there is nothing of the archive in it yet.
        members: pattern (regular expression) that the whole name of a file must match to be unpacked.
        suffix: put behind each name, such as `.txt` where an archive's texts have none.

    Raises:
        DataError: the archive is damaged, holds a name that leads out of the folder, or no file that is wanted.
    """
    pattern = re.compile(members)
    count = 0
    try:
        for name, stream in members_of(archive):
            if stream is None:
                raise DataError(
                    f"read expected only files in {archive}, got the link or device {name}: do not trust it"
                )
            if not pattern.fullmatch(name):
                continue
            target = _inside(folder, name + suffix, archive)
            target.parent.mkdir(parents=True, exist_ok=True)
            with stream, target.open("wb") as file:
                shutil.copyfileobj(stream, file)
            count += 1
    except BROKEN as error:
        raise DataError(f"read expected {archive} to be a whole archive, got {error}: fetch it again") from None
    if not count:
        raise DataError(f"read expected files in {archive}, got none that is wanted: is it the right archive?")


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Yield a fresh folder beside `folder` that takes its name at the end; on an error nothing is left.

    Raises:
        DataError: it cannot be written.
    """
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        yield fresh
        fresh.replace(folder)
    except OSError as error:
        raise DataError(
            f"read expected to write {folder}, got {error.strerror or error}: free some space, "
            "or name another folder with the environment variable XDG_CACHE_HOME"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def members_of(archive: Path) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Yield the name of each file of an archive, in its order, and its content: None of links and devices.

    Raises:
        OSError: the archive cannot be read; one of `BROKEN`: it is damaged.
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for info in packed.infolist():
                if not info.is_dir():
                    yield info.filename, packed.open(info)
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isdir():
                yield member.name, tar.extractfile(member) if member.isfile() else None


def _inside(folder: Path, name: str, archive: Path) -> Path:
    """Return where a file of an archive goes.

    Raises:
        DataError: its name leads out of the folder.
    """
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part != "."]
    if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0]:
        raise DataError(f"read expected names inside of {archive}, got {name!r}, which leads out: do not trust it")
    return folder.joinpath(*parts)
