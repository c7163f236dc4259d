"""Decoding video clips and animated GIFs: some frames of each, spread evenly, into one array of uint8."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from pellucid.data.content import room, taken
from pellucid.data.pixels import picture_array
from pellucid.data.progress import counted
from pellucid.data.settings import DataSettings
from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad
from pellucid.data.sources.files import Decoded
from pellucid.data.stacks import COLOUR_CHANNELS, GREY_CHANNELS, chunks_of, evenly, in_channels, mapped
from pellucid.foundation.extras import need
from pellucid.foundation.records import Decision

FILM_SUFFIXES: Final = (".mp4", ".m4v", ".avi", ".mov", ".webm", ".mkv", ".mpg", ".mpeg")
GIF_SUFFIXES: Final = (".gif",)
CLIP_SUFFIXES: Final = (*FILM_SUFFIXES, *GIF_SUFFIXES)
MOST_FRAMES: Final = 16  # of a clip, as D. Tran and others (2015) have it
LONGEST_SIDE: Final = 64  # pixels: a step with 16 such clips of 16 frames takes some seconds on a processor core
PHASES: Final = 3  # frames kept for each that is looked at, where clips are long: training looks at one of them
WHOLE_SHARE: Final = 0.5  # of the frames that a file promises: what breaks off earlier is no whole clip
GREY_TOLERANCE: Final = 24  # shades between the channels of a grey clip that was compressed as a coloured one
FEWEST_FRAMES: Final = 2
USUAL_SHARE: Final = 0.5  # of the clips with one size: then the others follow it
MILLISECONDS: Final = 1000
MANY_CLIPS: Final = 20  # take long enough for somebody to wonder
READ_ERRORS: Final = (OSError, UnidentifiedImageError, SyntaxError, ValueError, EOFError, IndexError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file says of itself."""

    height: int
    width: int
    frames: int
    rate: float
    """Frames per second; 0 where it is not known."""


def decode(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Decode clips, bringing them to one number of frames, one size and one number of channels.

    Args:
        files: of the clips.
        settings: whether files that cannot be read are skipped; size and number of frames.
        keep: keep the place of files that cannot be read, to say so beside the predictions of the others.

    Returns:
        Clips (n, c, z, h, w) of uint8, with three times as many frames z as wanted where the clips are long.

    Raises:
        DataError: a file cannot be read, and is not to be skipped; the first one is named.
        MissingExtraError: PyAV is not installed, and a clip is no GIF.
    """
    if any(file.suffix.lower() not in GIF_SUFFIXES for file in files):
        need("av", extra="video", what="video clips")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        heads = list(pool.map(_head, files))
        bad = {i: head for i, head in enumerate(heads) if isinstance(head, str)}
        good = [head for head in heads if isinstance(head, Head)]
        if not good or (bad and not (keep or settings.skip_bad_rows)):
            raise refuse_files(files, bad, "clip")
        (height, width), said_size = frame_size([(head.height, head.width) for head in good], settings)
        frames = frames_of(int(np.median([head.frames for head in good])), settings)
        kept = [i for i in range(len(files)) if keep or i not in bad]
        clips = room((len(kept), COLOUR_CHANNELS, frames, height, width), np.uint8)

        def fill(place: int) -> str:
            head = heads[kept[place]]
            fault = head if isinstance(head, str) else _fill(files[kept[place]], head, clips[place])
            done()
            return fault

        with counted("decoding clips", len(kept), many=MANY_CLIPS) as done:
            faults = list(pool.map(fill, range(len(kept))))
    bad |= {kept[place]: fault for place, fault in enumerate(faults) if fault}
    if (bad and not (keep or settings.skip_bad_rows)) or len(bad) == len(files):
        raise refuse_files(files, bad, "clip")
    whole = np.flatnonzero([keep or not fault for fault in faults])
    content = clips if len(whole) == len(clips) else taken(clips, whole)
    if all(is_grey(part) for _, part in chunks_of(content)):
        content = mapped(content, (GREY_CHANNELS, frames, height, width), np.uint8, _first_channel)
    return Decoded(
        content=content,
        kept=np.array(kept, np.int64)[whole],
        problems=tuple(problem_of(i, files[i], bad[i], "clip") for i in sorted(bad)) if keep else (),
        decisions=(*said_size, *_said_lengths(good, frames), *(() if keep else said_bad(files, bad, "clip"))),
        rate=round(float(np.median([head.rate for head in good]))),
    )


def frames_of(length: int, settings: DataSettings) -> int:
    """Return how many frames of each clip are kept.

    Args:
        length: frames of a middling clip.
        settings: say how many the network shall look at.

    Example:
        >>> frames_of(10, DataSettings()), frames_of(300, DataSettings()), frames_of(20, DataSettings(frames=4))
        (10, 48, 12)
    """
    wanted = settings.frames or min(length, MOST_FRAMES)
    return wanted * PHASES if length >= wanted * PHASES else wanted


def frame_size(
    sizes: Sequence[tuple[int, int]], settings: DataSettings
) -> tuple[tuple[int, int], tuple[Decision, ...]]:
    """Return the one size (height, width) of frames, and what there is to say about it.

    Example:
        >>> frame_size([(720, 1280)], DataSettings())[0]
        (36, 64)
    """
    counts = Counter(sizes)
    if settings.size is not None:
        return settings.size if isinstance(settings.size, tuple) else (settings.size, settings.size), ()
    usual, times = counts.most_common(1)[0]
    height, width = usual
    if times < USUAL_SHARE * len(sizes):
        height, width = (int(np.median([size[axis] for size in sizes])) for axis in (0, 1))
    shrink = max(max(height, width) / LONGEST_SIDE, 1.0)
    chosen = (max(round(height / shrink), 1), max(round(width / shrink), 1))
    if counts.keys() == {chosen}:
        return chosen, ()
    reason = f"the clips have {len(counts)} sizes" if len(counts) > 1 else ""
    if shrink > 1:
        large = f"of {height} × {width} pixels no more than {LONGEST_SIDE} a side are kept unless told"
        reason = f"{reason}, and {large}" if reason else large
    said = Decision(
        topic="frame size",
        choice=f"all frames resized to {chosen[0]} × {chosen[1]} pixels (height × width)",
        reason=reason,
        overrule="--size SIDE",
        warning=len(counts) > 1,
    )
    return chosen, (said,)


def is_grey(clips: NDArray[np.uint8]) -> bool:
    """Say whether clips (n, 3, z, h, w) have no colours worth keeping.

    Example:
        >>> is_grey(np.full((1, 3, 2, 4, 4), 7, np.uint8))
        True
    """
    return int((clips.max(axis=1) - clips.min(axis=1)).max(initial=0)) <= GREY_TOLERANCE


def _first_channel(clips: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return in_channels(clips, GREY_CHANNELS)


def _head(file: Path) -> Head | str:
    """Return what a file says of itself, or what is wrong with it."""
    if not file.stat().st_size:
        return "the file is empty"
    try:
        head = _gif_head(file) if file.suffix.lower() in GIF_SUFFIXES else _film_head(file)
    except READ_ERRORS as error:
        return _fault(error)
    if isinstance(head, Head) and head.frames < FEWEST_FRAMES:
        return "it has a single frame, so that nothing moves" if head.frames else "it has no frames"
    return head


def _fault(error: Exception) -> str:
    """Return what is wrong with a clip, in a few words."""
    if isinstance(error, UnidentifiedImageError):
        return "no clip that can be recognised"
    return str(getattr(error, "strerror", None) or error)


def _gif_head(file: Path) -> Head:
    with Image.open(file) as image:
        duration = image.info.get("duration", 0)
        frames = getattr(image, "n_frames", 1)
        return Head(
            height=image.height, width=image.width, frames=frames, rate=MILLISECONDS / duration if duration else 0.0
        )


def _film_head(file: Path) -> Head | str:
    """Return what a film says of itself; its frames are counted where it does not say how many it has."""
    av = need("av", extra="video", what="video clips")
    with av.open(str(file)) as container:
        if not container.streams.video:
            return "it has no video stream"
        stream = container.streams.video[0]
        rate = float(stream.average_rate or 0)
        frames = stream.frames or sum(1 for packet in container.demux(stream) if packet.size)
        height, width = stream.codec_context.height, stream.codec_context.width
    return Head(height=height, width=width, frames=frames, rate=rate)


def _fill(file: Path, head: Head, out: NDArray[np.uint8]) -> str:
    """Decode the frames of one clip into its place (c, z, h, w); return what is wrong with it, or nothing."""
    wanted = evenly(out.shape[1], head.frames)
    is_gif = file.suffix.lower() in GIF_SUFFIXES
    found = 0
    try:
        for number, frame in _gif_frames(file, wanted, out) if is_gif else _film_frames(file, wanted, out):
            places = np.flatnonzero(wanted == number)
            out[:, places] = frame[:, None]
            found = int(places[-1]) + 1
    except READ_ERRORS as error:
        return _fault(error)
    if found < WHOLE_SHARE * len(wanted):
        return f"it breaks off before frame {wanted[found] + 1} of {head.frames}"
    out[:, found:] = out[:, found - 1 : found]
    return ""


def _gif_frames(file: Path, wanted: NDArray[np.int64], out: NDArray[np.uint8]) -> Iterator[tuple[int, Any]]:
    """Yield the wanted frames of a GIF, each with its number."""
    with Image.open(file) as image:
        for number in np.unique(wanted).tolist():
            image.seek(number)
            yield number, picture_array(image, len(out), *out.shape[2:])


def _film_frames(file: Path, wanted: NDArray[np.int64], out: NDArray[np.uint8]) -> Iterator[tuple[int, Any]]:
    """Yield the wanted frames of a film, each with its number, the right way up."""
    av = need("av", extra="video", what="video clips")
    numbers = set(wanted.tolist())
    height, width = out.shape[2:]
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            if number in numbers:
                turns = turns_of(frame)
                h, w = (width, height) if turns % 2 else (height, width)
                small = frame.to_ndarray(width=w, height=h, format="rgb24", interpolation="AREA")
                yield number, np.moveaxis(np.rot90(small, turns), -1, 0)
            if number >= wanted[-1]:
                return


def turns_of(frame: Any) -> int:
    """Return by how many quarters of a turn to the left a frame is to be shown, as the camera was held."""
    return round(getattr(frame, "rotation", 0) / 90) % 4  # PyAV before 14 does not say


def _said_lengths(heads: Sequence[Head], frames: int) -> tuple[Decision, ...]:
    """Say how many frames of clips of several lengths are kept."""
    lengths = [head.frames for head in heads]
    if set(lengths) == {frames}:
        return ()
    shortest, longest = min(lengths), max(lengths)
    had = f"{shortest:,} to {longest:,}" if shortest < longest else f"{longest:,}"
    repeated = sum(length < frames for length in lengths)
    said = Decision(
        topic="clip length",
        choice=f"{frames} frames of each clip are kept, spread evenly over its length"
        + (f"; some are repeated in {repeated:,} shorter clip{'s' * (repeated > 1)}" if repeated else ""),
        reason=f"the clips have {had} frames",
        overrule="--frames N",
    )
    return (said,)
