"""Decoding volumes (NIfTI, MGH, MINC, NumPy): one orientation, one spacing of voxels, one shape."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import room, taken
from pellucid.data.grids import LONGEST_SIDE, around_middle, longest_side, resampled, resampled_shape, wanted_spacing
from pellucid.data.progress import counted
from pellucid.data.scans import ARRAY_SUFFIXES, READ_ERRORS, Head, fault_of, head_of, values_of
from pellucid.data.settings import DataSettings
from pellucid.data.sources.bad_files import problem_of, refuse_files, said_bad
from pellucid.data.sources.files import Decoded
from pellucid.foundation.extras import need
from pellucid.foundation.records import Decision

SHOWN: Final = 3
MANY_VOLUMES: Final = 20  # take long enough for somebody to wonder


def decode(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Decode volumes.

    Args:
        files: of the volumes.
        settings: whether files that cannot be read are skipped; the spacing of voxels.
        keep: keep the place of files that cannot be read, to say so beside the predictions of the others.

    Returns:
        Volumes (n, c, z, h, w) of float32 in the files' own unit, and what was decided.

    Raises:
        DataError: a file cannot be read, and is not to be skipped; the first one is named.
        MissingExtraError: nibabel is not installed, and a file is no array of NumPy.
    """
    if any(not file.name.lower().endswith(ARRAY_SUFFIXES) for file in files):
        need("nibabel", extra="volumes", what="volumes in NIfTI files")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        heads = list(pool.map(head_of, files))
        bad = _other_channels(heads)
        good = {i: head for i, head in enumerate(heads) if isinstance(head, Head) and i not in bad}
        if not good or (bad and not (keep or settings.skip_bad_rows)):
            raise refuse_files(files, bad, "volume")
        grids = [(head.shape, head.spacing) for head in good.values()]
        spacing = wanted_spacing(grids, settings.spacing, longest_side(settings.size))
        shapes = [resampled_shape(*grid, spacing) for grid in grids]
        shape = _one_shape(shapes, settings)
        kept = [i for i in range(len(files)) if keep or i not in bad]
        volumes = room((len(kept), next(iter(good.values())).channels, *shape), np.float32)

        def fill(place: int) -> tuple[str, float]:
            i = kept[place]
            filled = _fill(files[i], good[i], spacing, volumes[place]) if i in good else (bad[i], 0.0)
            done()
            return filled

        with counted("reading volumes", len(kept), many=MANY_VOLUMES) as done:
            filled = list(pool.map(fill, range(len(kept))))
    bad |= {kept[place]: fault for place, (fault, _) in enumerate(filled) if fault}
    if (bad and not (keep or settings.skip_bad_rows)) or len(bad) == len(files):
        raise refuse_files(files, bad, "volume")
    whole = np.flatnonzero([keep or not fault for fault, _ in filled])
    said = (*_said_grid(good, spacing, shapes, shape), *_said_files(good), *_said_missing([gap for _, gap in filled]))
    return Decoded(
        content=volumes if len(whole) == len(volumes) else taken(volumes, whole),
        kept=np.array(kept, np.int64)[whole],
        problems=tuple(problem_of(i, files[i], bad[i], "volume") for i in sorted(bad)) if keep else (),
        decisions=said if keep else (*said, *said_bad(files, bad, "volume")),
        spacing=spacing,
    )


def _one_shape(shapes: Sequence[tuple[int, ...]], settings: DataSettings) -> tuple[int, ...]:
    """Return the shape (z, h, w) that all volumes fit in, as far as they are not too large."""
    largest = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    most = longest_side(settings.size) or LONGEST_SIDE
    return largest if settings.spacing is not None else tuple(min(size, most) for size in largest)


def _other_channels(heads: Sequence[Head | str]) -> dict[int, str]:
    """Return what is wrong with each file: its own fault, or other channels than most files have."""
    counts = Counter(head.channels for head in heads if isinstance(head, Head))
    usual = counts.most_common(1)[0][0] if counts else 1
    bad = {i: head for i, head in enumerate(heads) if isinstance(head, str)}
    return bad | {
        i: f"it has {head.channels} channels where others have {usual}"
        for i, head in enumerate(heads)
        if isinstance(head, Head) and head.channels != usual
    }


def _fill(file: Path, head: Head, spacing: float, out: NDArray[np.float32]) -> tuple[str, float]:
    """Read one volume into its place (c, z, h, w); return what is wrong with it, or nothing, and the share missing."""
    try:
        values = values_of(file)
    except READ_ERRORS as error:
        return fault_of(error), 0.0
    finite = np.isfinite(values)
    if not finite.any():
        return "no voxel holds a number", 0.0
    lowest = values[finite].min()
    values = np.where(finite, values, lowest)
    for channel, place in zip(values, out, strict=True):
        place[:] = around_middle(resampled(channel, head.spacing, spacing), out.shape[1:])
    return "", float(1 - finite.mean())


def _said_grid(
    heads: Mapping[int, Head], spacing: float, shapes: Sequence[tuple[int, ...]], shape: tuple[int, ...]
) -> tuple[Decision, ...]:
    """Say to which spacing and shape the volumes were brought."""
    said = []
    had = {tuple(round(step, 2) for step in head.spacing) for head in heads.values()}
    if [head.shape for head in heads.values()] != list(shapes):
        largest = max((head.shape for head in heads.values()), key=np.prod)
        listed = "; ".join(" × ".join(f"{step:g}" for step in steps) for steps in sorted(had)[:SHOWN])
        said.append(
            Decision(
                topic="spacing",
                choice=f"all volumes resampled to voxels of {spacing:g} mm along each axis",
                reason=f"the files have voxels of {listed}{' …' * (len(had) > SHOWN)} mm, and up to "
                f"{' × '.join(map(str, largest))} of them",
                overrule="--spacing MM, or --size SIDE of the longest side in voxels",
                warning=len(had) > 1,
            )
        )
    if set(shapes) != {shape}:
        cut = any(size > most for sizes in shapes for size, most in zip(sizes, shape, strict=True))
        said.append(
            Decision(
                topic="volume shape",
                choice=f"all volumes centred in {' × '.join(map(str, shape))} voxels",
                reason=f"they have {len(set(shapes))} shapes; what is missing gets the lowest value of the volume"
                + (", what is beyond is cut off" if cut else ""),
                overrule="--spacing MM, or cut them alike",
                warning=True,
            )
        )
    return tuple(said)


def _said_files(heads: Mapping[int, Head]) -> tuple[Decision, ...]:
    """Say which volumes were turned, and of which the mean over time was taken."""
    said = []
    turned, several = (sum(marks) for marks in zip(*((h.turned, h.times > 1) for h in heads.values()), strict=True))
    if turned:
        said.append(
            Decision(
                topic="orientation",
                choice=f"{turned:,} of {len(heads):,} volumes turned: x runs to the left, y to the back, z upward",
                reason="their files name other directions, and all must have the same",
            )
        )
    if several:
        said.append(
            Decision(
                topic="time",
                choice=f"the mean over time of {several:,} volume{'s' * (several > 1)}",
                reason=f"their files hold up to {max(head.times for head in heads.values())} volumes in a row",
                overrule="save the one that you want as a file of three axes",
                warning=True,
            )
        )
    return tuple(said)


def _said_missing(shares: Sequence[float]) -> tuple[Decision, ...]:
    """Say that voxels without a number were filled."""
    found = [share for share in shares if share > 0]
    if not found:
        return ()
    said = Decision(
        topic="missing voxels",
        choice=f"filled with the lowest value of the volume in {len(found):,} volume{'s' * (len(found) > 1)}",
        reason=f"up to {max(found):.1%} of the voxels there are NaN or infinite",
        overrule="mend them, or leave those volumes out",
        warning=True,
    )
    return (said,)
