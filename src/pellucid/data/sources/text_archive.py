"""Packed folders of texts (.tar, .tar.gz, .tgz): the texts are read where they are, and nothing is unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from pellucid.data.dataset import Dataset
from pellucid.data.fetching.archives import BROKEN, members_of
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Decoded, has_ending
from pellucid.data.sources.source import Known, Source
from pellucid.data.sources.text_files import SUFFIXES, decode_bytes, list_texts, read_texts
from pellucid.foundation.errors import DataError

ARCHIVES: Final = (".tar", ".tar.gz", ".tgz")


def is_text_archive(source: Any) -> bool:
    """Say whether a source is an archive with a text in it; a damaged one is taken too, to say so."""
    if not (isinstance(source, Path) and source.is_file() and has_ending(source, ARCHIVES)):
        return False
    try:
        return any(True for _ in _texts(source))
    except (*BROKEN, OSError):
        return True


def read_text_archive(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the texts of an archive; classes and parts are the folders in it.

    Raises:
        DataError: the archive is damaged, or a file in it holds no text.
    """
    try:
        contents = {source.parent / name: file.read() for name, file in _texts(source)}
    except (*BROKEN, OSError) as error:
        raise DataError(f"read expected {source} to be a whole archive, got {error}: fetch it again") from None
    listed, said = list_texts(source.parent, [path.relative_to(source.parent) for path in contents])

    def decode(files: Sequence[Path], settings: DataSettings, keep: bool) -> Decoded:
        return decode_bytes((contents[file] for file in files), files, settings, keep)

    dataset = read_texts(source, settings, known, listed, decode)
    return replace(dataset, decisions=(*said, *dataset.decisions))


def _texts(source: Path) -> Iterator[tuple[PurePosixPath, IO[bytes]]]:
    """Yield the name and the open file of each text; links, devices and names that lead outside are no texts."""
    for member, file in members_of(source):
        name = PurePosixPath(member)
        outside = name.is_absolute() or ".." in name.parts
        if file is not None and not outside and has_ending(Path(name.name), SUFFIXES):
            yield name, file


TEXT_ARCHIVE: Final = Source(
    name="text archive",
    title="a packed folder of texts: .tar.gz",
    kind="text",
    recognises=is_text_archive,
    read=read_text_archive,
)
