"""Decoded clips kept in the user's cache folder, so that the next fit on the same files starts at once."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, feed
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Decoded
from pellucid.data.stacks import chunks_of
from pellucid.foundation.cache import cache_folder
from pellucid.foundation.files import atomic_path, write_json
from pellucid.foundation.records import Decision

FORMAT: Final = 1  # goes up when decoding changes, so that older files are not used any more
MOST_BYTES: Final = 8 * 10**9  # of all decoded clips; beyond, those that were not used for longest go
DIGEST_BYTES: Final = 16
MEGABYTE, GIGABYTE = 10**6, 10**9
LIMIT: Final = f"{MOST_BYTES // GIGABYTE} GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands beside the decoded clips in a JSON file; written last, so that it tells that they are whole."""

    shape: tuple[int, ...]
    digest: str
    kept: tuple[int, ...]
    rate: int
    decisions: tuple[Decision, ...]


def through_cache(files: Sequence[Path], settings: DataSettings, decode: Callable[[], Decoded]) -> Decoded:
    """Return decoded clips, from the cache where the same files were decoded in the same way before.

    Args:
        files: of the clips; their names, sizes and times of change tell whether they are the same.
        settings: that decoding follows.
        decode: decodes them.

    Returns:
        What `decode` returns, its content memory-mapped from the cache, and a decision that says so.
    """
    folder = cache_folder() / "clips"
    path = folder / f"{_key(files, settings)}.npy"
    entry, damaged = _look_up(path)
    if entry is not None:
        return Decoded(
            content=_opened(path),
            kept=np.array(entry.kept, np.int64),
            decisions=(*entry.decisions, _said("taken from", path, "these files were decoded before and are the same")),
            rate=entry.rate,
        )
    decoded = decode()
    reason = "decoding takes long, and the next fit on the same files starts at once"
    if damaged:
        reason = f"what was kept there was damaged; {reason}"
    if decoded.content is None:
        return decoded
    try:
        _store(path, decoded, decoded.content)
    except OSError as error:  # a full disk, a folder that cannot be written
        return replace(decoded, decisions=(*decoded.decisions, _said_not_kept(folder, error)))
    _tidy(folder, path)
    return replace(decoded, content=_opened(path), decisions=(*decoded.decisions, _said("kept in", path, reason)))


def _key(files: Sequence[Path], settings: DataSettings) -> str:
    """Return a name that stands for these files, as they are now, decoded with these settings."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    digest.update(repr((FORMAT, settings.frames, settings.size, settings.skip_bad_rows)).encode())
    for file in files:
        state = file.stat()
        digest.update(f"{file.resolve()}\x1f{state.st_size}\x1f{state.st_mtime_ns}\x1e".encode())
    return digest.hexdigest()


def _look_up(path: Path) -> tuple[Entry | None, bool]:
    """Return what is known of decoded clips that are there and whole; else None, and whether they are damaged."""
    record = path.with_suffix(".json")
    if not record.exists():
        return None, False
    try:
        entry = msgspec.json.decode(record.read_bytes(), type=Entry)
        content = _opened(path)
        if content.shape != entry.shape or _digest(content) != entry.digest:
            return None, True
        os.utime(record)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None, True
    return entry, False


def _opened(path: Path) -> NDArray[Any]:
    found: NDArray[Any] = np.load(path, mmap_mode="r")
    return found


def _digest(content: NDArray[Any]) -> str:
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    feed(digest, content)
    return digest.hexdigest()


def _store(path: Path, decoded: Decoded, content: Content) -> None:
    """Write decoded clips, then what is known of them.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    path.with_suffix(".json").unlink(missing_ok=True)
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        first = next(part for _, part in chunks_of(content))
        shape = (len(content), *first.shape[1:])
        if math.prod(shape) > MOST_BYTES:
            raise OSError(f"they need {math.prod(shape) / GIGABYTE:,.0f} GB, and all together may have {LIMIT}")
        header = {"descr": np.lib.format.dtype_to_descr(first.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for _, part in chunks_of(content):
            file.write(np.ascontiguousarray(part).data)
    entry = Entry(
        shape=shape,
        digest=_digest(_opened(path)),
        kept=tuple(decoded.kept.tolist()),
        rate=decoded.rate,
        decisions=decoded.decisions,
    )
    write_json(path.with_suffix(".json"), entry)


def _tidy(folder: Path, newest: Path) -> None:
    """Remove the clips that were not used for longest until the others are few enough."""
    with suppress(OSError):  # another process may be tidying too
        records = sorted(folder.glob("*.json"), key=lambda record: record.stat().st_mtime, reverse=True)
        total = newest.stat().st_size
        for record in records:
            clips = record.with_suffix(".npy")
            if clips == newest:
                continue
            total += clips.stat().st_size if clips.exists() else 0
            if total > MOST_BYTES:
                record.unlink()
                clips.unlink(missing_ok=True)


def _said(what: str, path: Path, reason: str) -> Decision:
    """Say where decoded clips are."""
    return Decision(
        topic="decoded clips",
        choice=f"{what} {path.parent} ({path.stat().st_size / MEGABYTE:,.1f} MB)",
        reason=reason,
        overrule=f"delete that folder at any time; it never grows beyond {LIMIT}",
    )


def _said_not_kept(folder: Path, error: Exception) -> Decision:
    """Say that decoded clips could not be kept."""
    return Decision(
        topic="decoded clips",
        choice=f"not kept in {folder}; the next fit decodes them again",
        reason=f"{error.__cause__ or error}",
        overrule="make room there, or name another folder in the environment variable XDG_CACHE_HOME",
        warning=True,
    )
