"""A file on the internet: its official name, its addresses, and the checksums by which it is known."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pellucid.foundation.errors import DataError
from pellucid.foundation.files import write_bytes

BLOCK_BYTES: Final = 1 << 20
RECORDED: Final = ".sha256"  # beside a file without a published checksum; `sha256sum -c` reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """One file that can be fetched."""

    name: str
    """As it is officially called."""
    addresses: tuple[str, ...]
    """The official address first, then mirrors."""
    checksums: tuple[str, ...] = ()
    """As published, `sha256:…`, `sha1:…` or `md5:…`; all of them must agree. Empty where none is published."""
    size: int | None = None
    """In bytes."""

    def __str__(self) -> str:
        size = "" if self.size is None else f"{self.size:,} bytes, "
        return f"{self.name} ({size}{self.addresses[0]})"


def fault_of(path: Path, file: RemoteFile) -> str:
    """Return what is wrong with a file, in a few words; "" where its size and checksums are as published.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.txt")
        >>> path.write_bytes(b"abc")
        3
        >>> fault_of(path, RemoteFile(name="a.txt", addresses=("https://example.org/a.txt",), size=4))
        'it has 3 bytes, not 4'
    """
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return f"it has {size:,} bytes, not {file.size:,}"
    wanted = dict(checksum.split(":") for checksum in file.checksums)
    found = digests(path, list(wanted))
    for algorithm, checksum in wanted.items():
        if found[algorithm] != checksum:
            return f"its {algorithm} is {found[algorithm]}, not the published {checksum}"
    return ""


def digests(path: Path, algorithms: Sequence[str]) -> dict[str, str]:
    """Return the checksums of a file, by algorithm, in one pass."""
    hashes = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm in algorithms}
    with path.open("rb") as stream:
        while hashes and (block := stream.read(BLOCK_BYTES)):
            for one in hashes.values():
                one.update(block)
    return {algorithm: one.hexdigest() for algorithm, one in hashes.items()}


def compare_with_first(path: Path) -> bool:
    """Compare a file without a published checksum with what it was at first; record it where this is the first time.

    Returns:
        Whether this is the first time.

    Raises:
        DataError: the file has changed since.
    """
    found = digests(path, ["sha256"])["sha256"]
    record = path.with_name(path.name + RECORDED)
    if not record.exists():
        write_bytes(record, f"{found}  {path.name}\n".encode())
        return True
    if record.read_text().split()[:1] != [found]:
        raise DataError(
            f"read expected {path} as it was when it was fetched ({record.name}), got other content: "
            f"delete both files to fetch it again, or only {record.name} if you changed it yourself"
        )
    return False
