"""One try at one address: what it holds goes into a partial file, from where an earlier try stopped if that is safe."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import FileIO
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import msgspec

from pellucid.data.fetching.progress import Watch
from pellucid.foundation.errors import DataError

TIMEOUT_SECONDS: Final = 30.0  # without any byte
BLOCK_BYTES: Final = 1 << 18
PARTIAL, NOT_SATISFIABLE = 206, 416  # HTTP: a part as asked for; there is no such part
TOO_MANY, SERVER_TROUBLE = 429, 500
PASSING: Final = (408, 425, TOO_MANY)  # errors of ours that pass, as those from 500 on do


class TransferFailedError(Exception):
    """A try failed; `final` says that trying the same address again is of no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


@dataclass(frozen=True, slots=True)
class Note:
    """What a partial file is the beginning of: kept beside it."""

    address: str
    validator: str
    """The server's mark of this version (ETag or date); without one, nothing is resumed."""


def transfer(address: str, partial: Path, watch: Watch) -> None:
    """Bring what an address holds into the file `partial`.

    Args:
        address: http or https.
        partial: the file; what an earlier try left in it is gone on with where the server says it is the same.
        watch: is told how far it is.

    Raises:
        TransferFailedError: the file did not come whole.
        DataError: the file cannot be written.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise TransferFailedError("no address of http or https", final=True)
    start, headers = _rest_of(address, partial)
    request = Request(address, headers={"User-Agent": "pellucid", "Accept-Encoding": "identity", **headers})
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            _receive(response, address, partial, start, watch)
    except HTTPError as error:
        error.close()
        if error.code == NOT_SATISFIABLE:
            partial.unlink(missing_ok=True)
        passing = error.code in (*PASSING, NOT_SATISFIABLE) or error.code >= SERVER_TROUBLE
        raise TransferFailedError(f"answer {error.code} {error.reason}", final=not passing) from None
    except URLError as error:
        final = isinstance(error.reason, socket.gaierror | ConnectionRefusedError)
        raise TransferFailedError(f"no answer: {error.reason}", final=final) from None
    except (OSError, HTTPException) as error:
        raise TransferFailedError(f"the connection broke: {error or type(error).__name__}") from None


def note_of(partial: Path) -> Path:
    """Return where the note of a partial file lies."""
    return partial.with_name(partial.name + ".json")


def _rest_of(address: str, partial: Path) -> tuple[int, dict[str, str]]:
    """Return where to go on, and the headers that ask for the rest; 0 and none where all is to be fetched."""
    try:
        note = msgspec.json.decode(note_of(partial).read_bytes(), type=Note)
        start = partial.stat().st_size
    except (OSError, msgspec.DecodeError):
        return 0, {}
    if note.address != address or not note.validator or not start:
        return 0, {}
    return start, {"Range": f"bytes={start}-", "If-Range": note.validator}


def _receive(response: HTTPResponse, address: str, partial: Path, start: int, watch: Watch) -> None:
    """Write the body of an answer behind what is there, or anew where the server sends all of it."""
    headers = response.headers
    if response.status == PARTIAL:
        if not headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            partial.unlink(missing_ok=True)
            raise TransferFailedError("another part of the file than asked for")
    else:
        start = 0
    if headers.get_content_type() == "text/html":
        raise TransferFailedError("a web page in place of the file", final=True)
    length = headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else None
    etag = headers.get("ETag") or ""
    validator = headers.get("Last-Modified") or "" if etag.startswith("W/") or not etag else etag
    done = start
    watch(done, total)
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        note_of(partial).write_bytes(msgspec.json.encode(Note(address, validator)))
        file = partial.open("ab" if start else "wb", buffering=0)  # else closing a file that is full would fail again
    except OSError as error:
        raise _cannot_write(partial, error) from error
    with file:
        while block := response.read(BLOCK_BYTES):
            _write(file, block, partial)
            done += len(block)
            watch(done, total)
    if total is not None and done != total:
        raise TransferFailedError(f"the connection ended after {done:,} of {total:,} bytes")


def _write(file: FileIO, block: bytes, partial: Path) -> None:
    """Write all of a block."""
    try:
        rest = memoryview(block)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        raise _cannot_write(partial, error) from error


def _cannot_write(partial: Path, error: OSError) -> DataError:
    return DataError(
        f"read expected to write {partial}, got {error.strerror or error}: free some space, "
        "or name another folder with the environment variable XDG_CACHE_HOME"
    )
