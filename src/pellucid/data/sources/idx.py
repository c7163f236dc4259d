"""IDX files, the format of MNIST: pictures and labels as bare arrays of bytes, gzipped or not."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import room
from pellucid.data.dataset import LABEL, PICTURE, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

NAME: Final = re.compile(
    r"(?P<part>.*?)[-_.]?(?P<what>images|labels)[-_.]idx(?P<axes>\d)(-ubyte)?(\.gz)?$", re.IGNORECASE
)
TEST_PARTS: Final = ("t10k", "test")
MAGIC: Final = b"\0\0\x08"  # two zeros, then 8 for unsigned bytes; the fourth byte counts the axes
GREY_AXES, COLOUR_AXES = 3, 4
CHUNK_BYTES: Final = 1 << 20


def is_idx(source: Any) -> bool:
    """Say whether a source is an IDX file of pictures, or a folder that holds some."""
    return isinstance(source, Path) and bool(_image_files(source))


def read_idx(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read one file of pictures with its labels beside it, or all of a folder; t10k or test is the official test.

    Raises:
        DataError: a file is damaged or holds no bytes, or pictures and labels differ in number.
    """
    files = sorted(_image_files(source), key=lambda file: (_is_test(file), file.name))
    shapes = [_header(file)[0] for file in files]
    if len({shape[1:] for shape in shapes}) > 1:
        raise DataError(f"read expected pictures of one size in {source}, got {shapes}: keep one set in the folder")
    counts = [shape[0] for shape in shapes]
    pixels = room((sum(counts), *shapes[0][1:]), np.uint8)
    labels: list[NDArray[np.uint8]] = []
    for file, start, count in zip(files, np.cumsum([0, *counts]), counts, strict=False):
        _fill(file, pixels[start : start + count])
        labels += [_labels(file, count)] if _label_file(file).exists() else []
    test = np.repeat([_is_test(file) for file in files], counts)
    official = bool(test.any() and not test.all())
    names = [f"{file.name.split('.')[0]}[{i}]" for file, count in zip(files, counts, strict=True) for i in range(count)]
    columns = {PICTURE: pl.Series(names)}
    if labels and len(labels) == len(files):
        columns[LABEL] = pl.Series(np.concatenate(labels)).cast(pl.String).cast(pl.Categorical)
    return Dataset(
        kind="picture",
        name=source.name,
        frame=pl.DataFrame(columns),
        subject=PICTURE,
        content=pixels[:, None] if pixels.ndim == GREY_AXES else pixels,
        source_rows=np.concatenate([np.arange(count, dtype=np.int64) for count in counts]),
        target=(LABEL,) if LABEL in columns else (),
        test_rows=test if official else None,
        decisions=(_said_test(test),) if official else (),
    )


def _image_files(source: Path) -> list[Path]:
    """Return the files of pictures that a source names."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    found = [
        file
        for file in files
        if file.is_file() and (named := NAME.match(file.name)) and named["what"].lower() == "images"
    ]
    return [file for file in found if not (file.suffix == ".gz" and file.with_suffix("") in found)]


def _is_test(file: Path) -> bool:
    """Say whether the name of a file marks the official test part."""
    return file.name.lower().startswith(TEST_PARTS)


def _label_file(images: Path) -> Path:
    """Return where the labels of a file of pictures should lie: beside it, gzipped or not."""
    name = re.sub("images", "labels", images.name, flags=re.IGNORECASE)
    name = re.sub(r"idx\d", "idx1", name)
    plain = name.removesuffix(".gz")
    candidates = [images.with_name(name), images.with_name(plain), images.with_name(plain + ".gz")]
    return next((path for path in candidates if path.exists()), candidates[0])


def _opened(file: Path) -> Any:
    """Open a file for reading bytes, unpacking it when gzipped."""
    return gzip.open(file) if file.suffix == ".gz" else file.open("rb")


def _header(file: Path) -> tuple[tuple[int, ...], int]:
    """Return the shape of the array in a file, and the bytes of its header.

    Raises:
        DataError: the file is no IDX file of bytes.
    """
    try:
        with _opened(file) as stream:
            magic = stream.read(4)
            axes = magic[-1] if magic.startswith(MAGIC) else 0
            sizes = np.frombuffer(stream.read(4 * axes), ">u4") if axes else np.zeros(0)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"read expected {file} to be a whole IDX file, got {error}: copy it again") from None
    if not axes or len(sizes) != axes:
        raise DataError(f"read expected {file} to begin as an IDX file of bytes, got {magic!r}: is it the right file?")
    return tuple(int(size) for size in sizes), 4 + 4 * axes


def _fill(file: Path, out: NDArray[np.uint8]) -> None:
    """Read the array of a file straight into its place.

    Raises:
        DataError: the file ends early.
    """
    _, header = _header(file)
    view, at = memoryview(out.reshape(-1)), 0  # type: ignore[arg-type]  # arrays are buffers
    try:
        with _opened(file) as stream:
            stream.read(header)
            while at < len(view) and (count := stream.readinto(view[at : at + CHUNK_BYTES])):
                at += count
            at += len(stream.read(1))  # reading on to the end has a packed file check itself
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"read expected {file} to be a whole IDX file, got {error}: copy it again") from None
    if at != len(view):
        what = "fewer" if at < len(view) else "more"
        raise DataError(f"read expected {len(view)} bytes after the header of {file}, got {what}: copy it again")


def _labels(images: Path, count: int) -> NDArray[np.uint8]:
    """Return the labels that belong to a file of pictures.

    Raises:
        DataError: there are more or fewer of them than pictures.
    """
    file = _label_file(images)
    shape, _ = _header(file)
    if shape != (count,):
        raise DataError(
            f"read expected {count} labels in {file}, got {shape}: take the file that belongs to the pictures"
        )
    labels = np.empty(count, np.uint8)
    _fill(file, labels)
    return labels


def _said_test(test: NDArray[np.bool_]) -> Decision:
    """Say that the set comes with a test part of its own."""
    return Decision(
        topic="test part",
        choice=f"{int(test.sum())} pictures of the official test files",
        reason="files named t10k or test lie beside the training files",
        overrule="--test 0.2 with the training file alone",
    )


IDX: Final = Source(
    name="idx",
    title="IDX files as of MNIST, or their folder, .gz too",
    kind="picture",
    recognises=is_idx,
    read=read_idx,
)
