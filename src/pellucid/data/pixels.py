"""Decoding picture files into one array of uint8, in threads, each straight into its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pellucid.data.content import room
from pellucid.data.settings import DataSettings
from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad
from pellucid.data.sources.files import Decoded
from pellucid.foundation.records import Decision

PICTURE_SUFFIXES: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".bmp",
    ".gif",
    ".webp",
    ".tif",
    ".tiff",
    ".ppm",
    ".pgm",
    ".pbm",
)
GREY_MODES: Final = frozenset({"1", "L", "LA", "I", "I;16", "I;16B", "I;16L"})
DEEP_MODES: Final = frozenset({"I", "I;16", "I;16B", "I;16L"})
CLEAR_MODES: Final = frozenset({"LA", "RGBA", "PA"})
FLOAT_MODE: Final = "F"
GREY_CHANNELS, COLOUR_CHANNELS = 1, 3
LONGEST_SIDE: Final = 128  # pixels; larger pictures make a step on two processor cores take seconds
USUAL_SHARE: Final = 0.5  # of the pictures with one size: then the others follow it
BYTE_SHIFT: Final = 8
READ_ERRORS: Final = (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError)


def decode(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Decode picture files, bringing them to one size and one number of channels.

    Args:
        files: of the pictures.
        settings: whether files that cannot be read are skipped; the size.
        keep: keep the place of files that cannot be read, to say so beside the predictions of the others.

    Raises:
        DataError: a file cannot be read, and is not to be skipped; the first one is named.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        heads = list(pool.map(_head, files))
        kept = [i for i, head in enumerate(heads) if keep or not isinstance(head, str)]
        good = [head for head in heads if not isinstance(head, str)]
        bad = {i: head for i, head in enumerate(heads) if isinstance(head, str)}
        if not good:
            raise refuse_files(files, bad, "picture")
        (height, width), said_size = _size([head[0] for head in good], settings)
        modes = Counter(head[1] for head in good)
        channels = GREY_CHANNELS if GREY_MODES.issuperset(modes) else COLOUR_CHANNELS
        pixels = room((len(kept), channels, height, width), np.uint8)
        faults = list(pool.map(lambda i: bad.get(kept[i]) or _fill(files[kept[i]], pixels[i]), range(len(kept))))
    bad |= {kept[i]: fault for i, fault in enumerate(faults) if fault}
    if bad and not (keep or settings.skip_bad_rows):
        raise refuse_files(files, bad, "picture")
    whole = np.array([keep or not fault for fault in faults])
    said = (*said_size, *_said_modes(modes, channels))
    return Decoded(
        content=pixels if whole.all() else pixels[whole],
        kept=np.array(kept, np.int64)[whole],
        problems=tuple(problem_of(i, files[i], bad[i], "picture") for i in sorted(bad)) if keep else (),
        decisions=said if keep else (*said, *said_bad(files, bad, "picture")),
    )


def _head(file: Path) -> tuple[tuple[int, int], str] | str:
    """Return (height, width) and mode of a picture from its first bytes, or what is wrong with it."""
    try:
        with Image.open(file) as image:
            return (image.height, image.width), image.mode
    except READ_ERRORS as error:
        return _fault(error)


def _fault(error: Exception) -> str:
    """Return what is wrong with a picture, in a few words."""
    return "no picture that can be recognised" if isinstance(error, UnidentifiedImageError) else str(error)


def _fill(file: Path, out: NDArray[np.uint8]) -> str:
    """Decode one picture into its place (c, h, w); return what is wrong with it, or nothing."""
    channels, height, width = out.shape
    try:
        with Image.open(file) as image:
            image.draft("RGB" if channels == COLOUR_CHANNELS else "L", (width, height))
            out[:] = picture_array(ImageOps.exif_transpose(image), channels, height, width)
    except READ_ERRORS as error:
        return _fault(error)
    return ""


def picture_array(image: Image.Image, channels: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return one picture as (c, h, w) of uint8: transparency on white, 16 bits to 8, resized by averaging.

    Raises:
        ValueError: its shades are real numbers, whose range is not known.
    """
    if image.mode == FLOAT_MODE:
        raise ValueError("shades in real numbers: save it with 8 or 16 bits")
    if image.mode in DEEP_MODES:
        deep = np.asarray(image)
        image = Image.fromarray((np.clip(deep, 0, None) >> BYTE_SHIFT).clip(0, 255).astype(np.uint8))
    if image.mode in CLEAR_MODES or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    image = image.convert("L" if channels == GREY_CHANNELS else "RGB")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    array: NDArray[Any] = np.asarray(image)
    return array[None] if array.ndim == len((height, width)) else np.moveaxis(array, -1, 0)


def resize(pixels: NDArray[np.uint8], channels: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return pictures (n, c, h, w) in another size or number of channels."""
    if pixels.shape[1:] == (channels, height, width):
        return pixels
    out = np.empty((len(pixels), channels, height, width), np.uint8)
    for picture, place in zip(pixels, out, strict=True):
        grey = len(picture) == GREY_CHANNELS
        image = Image.fromarray(picture[0] if grey else np.ascontiguousarray(np.moveaxis(picture, 0, -1)))
        place[:] = picture_array(image, channels, height, width)
    return out


def _size(sizes: Sequence[tuple[int, int]], settings: DataSettings) -> tuple[tuple[int, int], tuple[Decision, ...]]:
    """Return the one size (height, width), and what there is to say about it."""
    counts = Counter(sizes)
    usual, times = counts.most_common(1)[0]
    if settings.size is not None:
        chosen = settings.size if isinstance(settings.size, tuple) else (settings.size, settings.size)
        return chosen, ()
    if times >= USUAL_SHARE * len(sizes):
        chosen, reason = usual, f"{times} of {len(sizes)} pictures have it"
    else:
        chosen = tuple(int(np.median([size[axis] for size in sizes])) for axis in (0, 1))  # type: ignore[assignment]  # two axes, two sides
        reason = f"the pictures have {len(counts)} sizes, and this is the middle one"
    longest = max(chosen)
    if longest > LONGEST_SIDE:
        chosen = (max(chosen[0] * LONGEST_SIDE // longest, 1), max(chosen[1] * LONGEST_SIDE // longest, 1))
        reason = f"{usual[0]} × {usual[1]} pixels would make training slow"
    if len(counts) == 1 and chosen == usual:
        return chosen, ()
    said = Decision(
        topic="picture size",
        choice=f"all resized to {chosen[0]} × {chosen[1]} pixels (height × width)",
        reason=reason,
        overrule="--size SIDE",
        warning=len(counts) > 1,
    )
    return chosen, (said,)


def _said_modes(modes: Counter[str], channels: int) -> tuple[Decision, ...]:
    """Say what happens to pictures that are neither plain grey nor plain RGB, or that are mixed."""
    parts = []
    if modes.keys() & DEEP_MODES:
        parts.append("16 bits reduced to 8")
    if modes.keys() & CLEAR_MODES:
        parts.append("transparency laid on white")
    if channels == COLOUR_CHANNELS and modes.keys() - {"RGB", "RGBA"}:
        parts.append("grey, palette and other pictures turned into RGB")
    if not parts:
        return ()
    listed = ", ".join(f"{count} {mode}" for mode, count in modes.most_common())
    return (Decision(topic="colours", choice=", ".join(parts), reason=f"the files hold {listed}"),)
