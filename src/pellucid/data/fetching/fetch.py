"""Files of a set: found in the user's own folder or in the cache, or fetched now; checked each time they are used."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pellucid.data.fetching.locking import locked
from pellucid.data.fetching.progress import Watch, shown
from pellucid.data.fetching.remote import RemoteFile, compare_with_first, fault_of
from pellucid.data.fetching.transfer import TransferFailedError, note_of, transfer
from pellucid.foundation.cache import DATA_VARIABLE, cache_folder, users_folder
from pellucid.foundation.errors import DataError
from pellucid.foundation.files import PARTIAL_SUFFIX
from pellucid.foundation.records import Decision

ATTEMPTS: Final = 3  # at each address; a cut connection goes on where it was cut
PAUSE_SECONDS: Final = 1.0  # before the second attempt, twice as long before the third


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The files of a set, all in one folder."""

    folder: Path
    decisions: tuple[Decision, ...]


def fetch(name: str, files: Sequence[RemoteFile], *, alone: bool = False) -> Fetched:
    """Return the folder that holds all files of a set, after fetching those that are nowhere.

    Args:
        name: of the set; its folder in the cache is called so, and may be in the folder that PELLUCID_DATA names.
        files: of the set.
        alone: whether the whole folder is read, so that it must hold nothing else.

    Raises:
        DataError: a file can be fetched from none of its addresses; or one that is there is not what it should be.
    """
    own = _own_folder(name, files, alone)
    if own is not None:
        return own
    folder = set_folder(name)
    new: dict[str, str] = {}
    with locked(folder / ".lock", _say_waiting):
        for file in files:
            path = folder / file.name
            if not path.exists():
                new[file.name] = _download(file, path, name, files)
            elif fault := fault_of(path, file):
                raise DataError(
                    f"read expected the official {file.name} in {folder}, got another file ({fault}): "
                    "delete it and run again, and it is fetched anew"
                )
        first = [file.name for file in files if not file.checksums and compare_with_first(folder / file.name)]
    return Fetched(folder=folder, decisions=(_said(folder, files, new, first),))


def set_folder(name: str) -> Path:
    """Return the folder of a set in the cache."""
    return cache_folder() / "data" / name


def _own_folder(name: str, files: Sequence[RemoteFile], alone: bool) -> Fetched | None:
    """Return the user's own folder where all files of the set are in it, or in its folder of the set's name.

    A folder of the set's name is believed, and differences are said; elsewhere only the published files are taken,
    because other sets have files of the same names.
    """
    root = users_folder()
    if root is None:
        return None
    for folder in (root / name,) if alone else (root / name, root):
        if not all((folder / file.name).is_file() for file in files):
            continue
        faults = [f"{file.name}: {fault}" for file in files if (fault := fault_of(folder / file.name, file))]
        if faults and folder == root:
            continue
        reason = f"{DATA_VARIABLE} names it"
        reason += f", but these are not the official files: {'; '.join(faults)}" if faults else ""
        said = Decision(topic="data files", choice=str(folder), reason=reason, warning=bool(faults))
        return Fetched(folder=folder, decisions=(said,))
    return None


def _say_waiting() -> None:
    """Say why nothing happens."""
    from rich.console import Console

    Console(stderr=True).print("another process fetches these files: waiting for it")


def _download(file: RemoteFile, path: Path, name: str, files: Sequence[RemoteFile]) -> str:
    """Bring a file to its place from the first address that gives it; return that address.

    Raises:
        DataError: no address does.
    """
    partial = path.with_name(f".{path.name}{PARTIAL_SUFFIX}")
    reasons = []
    with shown(file.name) as watch:
        for address in file.addresses:
            reason = _try(address, file, partial, watch)
            if not reason:
                _put(partial, path)
                return address
            reasons.append(f"{urlsplit(address).hostname}: {reason}")
    absent = "; ".join(str(one) for one in files if not (path.parent / one.name).exists())
    raise DataError(
        f"read expected {file.name} of {name} from the internet, got {'; '.join(reasons)}: try again when it can be "
        f"reached, or put these files into {path.parent}, or into a folder {name} of the folder that the environment "
        f"variable {DATA_VARIABLE} names: {absent}"
    )


def _try(address: str, file: RemoteFile, partial: Path, watch: Watch) -> str:
    """Try one address up to three times; return why it failed, or "" when the file is there and as it should be."""
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            transfer(address, partial, watch)
        except TransferFailedError as failure:
            reason = str(failure)
            if failure.final:
                break
            continue
        reason = fault_of(partial, file)
        if reason:
            partial.unlink()
            note_of(partial).unlink()
            reason = f"a file that is not the official one ({reason})"
        break
    return reason


def _put(partial: Path, path: Path) -> None:
    """Flush a whole file to the disk and give it its name."""
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    partial.replace(path)
    note_of(partial).unlink(missing_ok=True)


def _said(folder: Path, files: Sequence[RemoteFile], new: dict[str, str], first: Sequence[str]) -> Decision:
    """Say where the files are from, and how they were checked."""
    hosts = sorted({str(urlsplit(address).hostname) for address in new.values()})
    came = f"fetched now from {', '.join(hosts)}" if new else "fetched before"
    checked = [file.name for file in files if file.checksums]
    reasons = ["their checksums are the published ones"] if checked else []
    if first:
        reasons.append(f"no checksum of {', '.join(first)} is published: from now on it is compared with what came now")
    elif len(checked) < len(files):
        reasons.append("files without a published checksum are as they were when they were fetched")
    return Decision(topic="data files", choice=f"{folder}, {came}", reason="; ".join(reasons), warning=bool(first))
