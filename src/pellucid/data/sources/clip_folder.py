"""Folders of video clips and animated GIFs: a folder for each class, a table of labels, or unlabelled ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from pellucid.data.clip_cache import through_cache
from pellucid.data.clips import CLIP_SUFFIXES, FEWEST_FRAMES, FILM_SUFFIXES, GIF_SUFFIXES, decode
from pellucid.data.dataset import Dataset
from pellucid.data.pixels import PICTURE_SUFFIXES
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Decoded, FileKind, has_ending, holds, read_files
from pellucid.data.sources.grouping import grouped
from pellucid.data.sources.source import Known, Source

CLIP: Final = "clip"  # the column that names the file of a clip
STILL_SUFFIXES: Final = tuple(suffix for suffix in PICTURE_SUFFIXES if suffix not in GIF_SUFFIXES)
LOOKED_AT: Final = 8  # GIFs, to see whether they move
RECORDING: Final = r"^(.*_g\d+)_c\d+$"  # as in UCF101: clips of a group have much in common


def is_clip_folder(source: Any) -> bool:
    """Say whether a source is a folder with video clips in it (at any depth) or with GIFs that move, or one clip."""
    if holds(source, FILM_SUFFIXES):
        return True
    if not holds(source, GIF_SUFFIXES) or holds(source, STILL_SUFFIXES):
        return False
    gifs = [source] if source.is_file() else sorted(p for p in source.rglob("*") if has_ending(p, GIF_SUFFIXES))
    return any(map(_moves, gifs[:LOOKED_AT]))


def _moves(gif: Path) -> bool:
    """Say whether a GIF has several frames."""
    try:
        with Image.open(gif) as image:
            return getattr(image, "n_frames", 1) >= FEWEST_FRAMES
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, EOFError):
        return False


def decode_cached(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Decode clips once: those to learn from are kept for the next fit, new ones to predict are not.

    Raises:
        DataError: a file cannot be read, and is not to be skipped.
    """
    if keep:
        return decode(files, settings, keep)
    return through_cache(files, settings, lambda: decode(files, settings))


CLIP_FILES: Final = FileKind(kind="video", noun="clip", subject=CLIP, suffixes=CLIP_SUFFIXES, decode=decode_cached)


def read_clip_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the clips of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a clip cannot be read, or a label table names files that do not exist.
    """
    dataset = read_files(source, settings, known, CLIP_FILES)
    return grouped(dataset, RECORDING, "recording", settings)


CLIP_FOLDER: Final = Source(
    name="clip folder",
    title="a folder of video clips or animated GIFs: a folder for each class, or --labels TABLE",
    kind="video",
    suffixes=CLIP_SUFFIXES,
    recognises=is_clip_folder,
    read=read_clip_folder,
)
