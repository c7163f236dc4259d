"""The folders of CIFAR-10 and CIFAR-100, binary version: each picture is one or two bytes of labels and 3 x 32 x 32."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.content import room
from pellucid.data.dataset import LABEL, PICTURE, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SHAPE: Final = (3, 32, 32)
PIXELS: Final = 3 * 32 * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one of the two sets lies in its folder."""

    names: str
    """The file of the names of classes, one on a line."""
    train: tuple[str, ...]
    test: str
    labels: int
    """Bytes of labels before each picture; the last one counts (of two, the first is the coarse class)."""


LAYOUTS: Final = (
    Layout(
        names="batches.meta.txt",
        train=tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
        test="test_batch.bin",
        labels=1,
    ),
    Layout(names="fine_label_names.txt", train=("train.bin",), test="test.bin", labels=2),
)


def is_cifar(source: Any) -> bool:
    """Say whether a source is such a folder."""
    return isinstance(source, Path) and source.is_dir() and _layout(source) is not None


def read_cifar(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the pictures of all files; those of the test file are the official test part.

    Raises:
        DataError: a file is missing or damaged.
    """
    layout = _layout(source) or LAYOUTS[0]
    classes = (source / layout.names).read_text().split()
    files = [source / name for name in (*layout.train, layout.test)]
    counts = [_count(file, layout) for file in files]
    pixels = room((sum(counts), *SHAPE), np.uint8)
    codes = np.empty(sum(counts), np.uint8)
    start = 0
    for file, count in zip(files, counts, strict=True):
        rows = np.fromfile(file, np.uint8).reshape(count, layout.labels + PIXELS)
        pixels[start : start + count] = rows[:, layout.labels :].reshape(count, *SHAPE)
        codes[start : start + count] = rows[:, layout.labels - 1]
        start += count
    if len(codes) and codes.max() >= len(classes):
        raise DataError(
            f"read expected labels below {len(classes)} in {source}, got {codes.max()}: fetch the folder again"
        )
    names = [f"{file.stem}[{i}]" for file, count in zip(files, counts, strict=True) for i in range(count)]
    labels = pl.Series([classes[code] for code in codes], dtype=pl.Categorical)
    said = Decision(
        topic="test part",
        choice=f"{counts[-1]} pictures of {layout.test}",
        reason="it is the official test file",
    )
    return Dataset(
        kind="picture",
        name=source.name,
        frame=pl.DataFrame({PICTURE: names, LABEL: labels}),
        subject=PICTURE,
        content=pixels,
        source_rows=np.concatenate([np.arange(count, dtype=np.int64) for count in counts]),
        target=(LABEL,),
        test_rows=np.repeat([False] * len(layout.train) + [True], counts),
        decisions=(said,),
    )


def _layout(folder: Path) -> Layout | None:
    """Return how the set of a folder lies, or None where it is none of the two."""
    return next((one for one in LAYOUTS if (folder / one.names).is_file() and (folder / one.test).is_file()), None)


def _count(file: Path, layout: Layout) -> int:
    """Return the number of pictures in a file.

    Raises:
        DataError: the file is missing or ends within a picture.
    """
    if not file.is_file():
        raise DataError(f"read expected {file.name} in {file.parent}, got no such file: unpack the archive again")
    count, rest = divmod(file.stat().st_size, layout.labels + PIXELS)
    if rest:
        raise DataError(f"read expected whole pictures in {file}, got {rest} bytes more: unpack the archive again")
    return count


CIFAR: Final = Source(
    name="cifar",
    title="the folder of CIFAR-10 or CIFAR-100, binary version",
    kind="picture",
    recognises=is_cifar,
    read=read_cifar,
)
