"""What reading gives: a frame of columns (and pixels, samples, voxels), where each row came from, what was decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data import frames
from pellucid.data.content import Content, feed, taken
from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.records import Decision, InputKind

PICTURE: Final = "picture"  # the column that names the file of a picture
LABEL: Final = "label"  # the column that names its class
TEXT: Final = "text"  # the column that holds a text
DIGEST_BYTES: Final = 16
HASHED_BYTES: Final = 1 << 20  # of a column at once: as texts joined they are in memory several times


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Examples as read: typed columns, and what columns cannot hold; nothing of it is learnt from yet."""

    kind: InputKind
    name: str
    """For people: the file's or the folder's name."""
    frame: pl.DataFrame
    """All columns of a table; of other kinds the column `subject`, labels, and what else is known of each example."""
    source_rows: NDArray[np.int64]
    """(n,) line numbers of a text file (first line 1), or positions from 0 where the source has no lines."""
    content: Content | None = None
    """Pictures (n, c, h, w), videos and volumes (n, c, z, h, w), sounds and series (`Ragged`, each (l, c)); n examples.
    None of tables and texts, which are in the frame."""
    subject: str = ""
    """The column that names each example (its file) or holds it (a text); empty of a table."""
    group: str = ""
    """The column whose equal values belong together (a speaker, a recording), as the source sees it."""
    rate: int = 0
    """Samples per second of sounds, frames per second of videos."""
    spacing: float = 0.0
    """Millimetres between the voxels of volumes, the same along each axis."""
    parts: tuple[Dataset, ...] = ()
    """Of several inputs at once: one data set of the same rows for each."""
    target: tuple[str, ...] = ()
    """The columns that the source itself names as what is to be predicted."""
    test_rows: NDArray[np.bool_] | None = None
    """(n,) which rows the source itself keeps for testing."""
    problems: tuple[RowProblem, ...] = ()
    """Rows that could not be read but keep their place, when reading for a trained run."""
    decisions: tuple[Decision, ...] = ()

    def __len__(self) -> int:
        return self.frame.height

    @property
    def fingerprint(self) -> str:
        """A hash of everything (columns, content, official test rows), the same in every process.

        Costs one pass over the data at each call (about a second for a gigabyte).
        """
        digest = hashlib.blake2b(self.kind.encode(), digest_size=DIGEST_BYTES)
        for column in self.frame.iter_columns():
            digest.update(f"\x1e{column.name}\x1f".encode())
            _hash_column(digest, column)
        for content in (self.content, self.test_rows):
            if content is not None:
                feed(digest, content)
        for part in self.parts:
            digest.update(part.fingerprint.encode())
        return digest.hexdigest()

    def take(self, rows: NDArray[np.int64]) -> Dataset:
        """Return the dataset of these rows, in this order."""
        return replace(
            self,
            frame=frames.taken(self.frame, rows),
            source_rows=self.source_rows[rows],
            content=None if self.content is None else taken(self.content, rows),
            parts=tuple(part.take(rows) for part in self.parts),
            test_rows=None if self.test_rows is None else self.test_rows[rows],
            problems=tuple(
                replace(problem, row=int(row))
                for problem in self.problems
                for row in np.flatnonzero(rows == problem.row)
            ),
        )


def _hash_column(digest: hashlib.blake2b, column: pl.Series) -> None:
    """Feed one column to the hash: where it is missing, then its values as bytes."""
    digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
    if column.dtype == pl.Null:
        return
    step = HASHED_BYTES * len(column) // max(int(column.estimated_size()), 1) + 1
    for start in range(0, len(column), step):
        part = column[start : start + step]
        if column.dtype.is_numeric():
            digest.update(part.fill_null(0).cast(pl.Float64).to_numpy().tobytes())
        elif column.dtype.is_temporal():
            digest.update(part.to_physical().fill_null(0).cast(pl.Int64).to_numpy().tobytes())
        else:
            digest.update(b"\x1f" * (start > 0) + part.cast(pl.String).fill_null("").str.join("\x1f").item().encode())
