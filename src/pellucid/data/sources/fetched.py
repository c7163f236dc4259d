"""Sets by name that are fetched once: found or brought, unpacked where they must be, and read like any other files."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.fetching.archives import building, unpack
from pellucid.data.fetching.catalogue import FETCHED_SETS
from pellucid.data.fetching.fetch import fetch, set_folder
from pellucid.data.fetching.locking import locked
from pellucid.data.fetching.named_set import NamedSet
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.records import Decision

BY_NAME: Final[Mapping[str, NamedSet]] = MappingProxyType({one.name: one for one in FETCHED_SETS})
KEY_CHARACTERS: Final = 12
REMARK: Final = b"|"  # begins the first line of adult's test file, which is no row


def is_fetched(source: Any) -> bool:
    """Say whether a source is the name of a set that can be fetched."""
    return isinstance(source, str) and source in BY_NAME


def read_fetched(source: str, settings: DataSettings, known: Known) -> Dataset:
    """Read a set by its name, after fetching it where it is not there yet.

    Raises:
        DataError: it can be fetched from none of its addresses, or is not what it should be.
    """
    return read_named_set(BY_NAME[source], settings, known)


def read_named_set(named: NamedSet, settings: DataSettings, known: Known) -> Dataset:
    """Read a set; see `read_fetched`."""
    from pellucid.data.reading import joined, read  # it asks all sources, and this is one of them

    settings = replace(settings, test=None)
    fetched = fetch(named.name, named.files, alone=named.read == ".")
    folder = ready_folder(named, fetched.folder) if named.members or named.columns else fetched.folder
    dataset = read(folder / named.read, settings, known=known)
    if named.test:
        both = joined(dataset, read(folder / named.test, settings, known=known))
        *others, said = both.decisions
        dataset = replace(both, decisions=(*others, replace(said, reason="it is the official test part")))
    said = Decision(
        topic="data set", choice=named.title, reason=f"you named it; licence: {named.licence}; from: {named.source}"
    )
    target = named.target or dataset.target
    return replace(
        dataset,
        name=named.name,
        frame=_with_classes(dataset.frame, target, named.classes),
        target=target,
        decisions=(said, *fetched.decisions, *dataset.decisions),
    )


def ready_folder(named: NamedSet, folder: Path) -> Path:
    """Return the folder that is read in place of the files: unpacked, tables with a first line of names. Made once.

    Its name holds a hash of what it was made from, and how.
    """
    stats = [(file.name, (folder / file.name).stat()) for file in named.files]
    recipe = (named.members, named.suffix, named.columns, [(name, one.st_size, one.st_mtime_ns) for name, one in stats])
    key = hashlib.blake2b(repr(recipe).encode()).hexdigest()[:KEY_CHARACTERS]
    ready = set_folder(named.name) / f"ready-{key}"
    if ready.is_dir():
        return ready
    with locked(ready.parent / ".lock"):
        if not ready.is_dir():
            with building(ready) as fresh:
                _make(named, folder, fresh)
    return ready


def _make(named: NamedSet, folder: Path, fresh: Path) -> None:
    """Fill the folder that is read."""
    for file in named.files:
        if named.members:
            unpack(folder / file.name, fresh, members=named.members, suffix=named.suffix)
        else:
            shutil.copyfile(folder / file.name, fresh / file.name)
    if named.columns:
        header = ",".join(named.columns).encode() + b"\n"
        for name in filter(None, (named.read, named.test)):
            rows = (fresh / name).read_bytes()
            if rows.startswith(REMARK):
                rows = rows.partition(b"\n")[2]
            (fresh / name).write_bytes(header + rows)


def _with_classes(frame: pl.DataFrame, target: tuple[str, ...], classes: Mapping[str, str]) -> pl.DataFrame:
    """Return the frame with the names of classes in place of their codes."""
    if not classes:
        return frame
    names = [pl.col(column).cast(pl.String).replace(classes).cast(pl.Categorical) for column in target]
    return frame.with_columns(names)


FETCHED: Final = Source(
    name="fetched",
    title=f"a set that is fetched by its name: {', '.join(BY_NAME)}",
    kind="table",
    recognises=is_fetched,
    read=read_fetched,
)
