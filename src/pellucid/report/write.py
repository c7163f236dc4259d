"""Writing the report of a run into its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pellucid.foundation.errors import RunFolderError
from pellucid.foundation.files import write_bytes
from pellucid.report.render import render
from pellucid.report.view import ReportView
from pellucid.runs.folder import RunFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PICTURES: Final = "mistakes.safetensors"
"""Pixels of the pictures among the worst mistakes: uint8 (c, h, w) by row number; only runs on pictures have it."""

VARIED: Final = "varied.safetensors"
"""Some training examples beside varied versions of them: uint8 (k, 1 + v, c, h, w)."""


def write_report(folder: RunFolder) -> Path:
    """Write `report.html` from what the run folder holds, and return its path.

    Args:
        folder: The run; stages that have not finished are left out of the page.

    Raises:
        RunFolderError: the folder holds no run, is damaged, or cannot be written.
    """
    write_bytes(folder.report, render(view_of(folder)).encode())
    return folder.report


def view_of(folder: RunFolder) -> ReportView:
    """Return what the run folder holds.

    Raises:
        RunFolderError: the folder holds no run, or is damaged.
    """
    record = folder.read_record()
    return ReportView(
        run=record,
        history=folder.read_history(),
        evaluation=folder.read_scores() if record.status == "finished" else None,
        pictures=_pictures(folder.path / PICTURES),
        varied=_varied(folder.path / VARIED),
        diagnosis=folder.read_diagnosis(),
        words=folder.read_words(),
    )


def _varied(path: Path) -> NDArray[np.uint8] | None:
    """Return the varied examples; None where the run has none."""
    return _tensors(path).get("pictures")


def _pictures(path: Path) -> dict[int, NDArray[np.uint8]]:
    """Return the pictures by row; empty where the run has none."""
    try:
        return {int(row): picture for row, picture in _tensors(path).items()}
    except ValueError as error:
        raise _damaged(path, error) from None


def _tensors(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Return what a file of pictures holds; nothing where there is none."""
    if not path.is_file():
        return {}
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(path.read_bytes())
    except SafetensorError as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> RunFolderError:
    """Return the error for a file of pictures that cannot be read."""
    return RunFolderError(
        f"pellucid expected {path} to hold pictures by row, got damaged content ({error}): restore it from a copy, "
        "or delete it to write the report without pictures"
    )
