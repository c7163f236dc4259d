"""Axes exchanged by re-reading the numbers (view, reshape) where they had to be moved (permute). Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.trace import Call

VIEWS: Final = frozenset({"view", "reshape", "view_as", "reshape_as"})


@dataclass(frozen=True, slots=True)
class Swap:
    """A view that gives the same sizes in another order."""

    call: Call
    before: tuple[int, ...]
    after: tuple[int, ...]
    moves_batch: bool
    """Whether the first axis is no longer first."""
    remedy: str
    """What moves the axes, as code."""


def swapped_axes(calls: Sequence[Call]) -> list[Swap]:
    """Return the views whose result has the sizes of what went in, in another order.

    Example:
        >>> x = torch.zeros(4, 2, 3)
        >>> call = Call(name="view", module="", kind="", options={}, inputs=(x,), output=x.view(4, 3, 2))
        >>> [swap.remedy for swap in swapped_axes([call])]
        ['permute(0, 2, 1)']
    """
    found = []
    for call in calls:
        if call.name not in VIEWS or call.output is None or not call.inputs or call.kind == "loss":
            continue
        before, after = tuple(call.inputs[0].shape), tuple(call.output.shape)
        order = _order(before, after)
        if order is not None:
            found.append(Swap(call, before, after, order[0] != 0, f"permute({', '.join(map(str, order))})"))
        elif remedy := _regrouped(before, after):
            found.append(Swap(call, before, after, moves_batch=False, remedy=remedy))
    return found


def _regrouped(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    """Return what should have been done where axes were split or joined, and exchanged, in one view; else "".

    Places and channels of pictures, (n, c, h, w) and (n, h w, c); heads of attention, (n, t, h d) and (n, h, t, d).

    Example:
        >>> _regrouped((8, 24, 4, 4), (8, 16, 24)), _regrouped((8, 16, 24), (8, 16, 2, 12))
        ('flatten(2).transpose(1, 2)', '')
    """
    if before[:1] != after[:1] or min((*before[1:], *after[1:]), default=1) < 2:  # noqa: PLR2004  (an axis of 1 moves)
        return ""
    if len(before) == 4 and len(after) == 3:  # noqa: PLR2004
        _, one, two, three = before
        if after[1:] == (two * three, one) and two * three != one:
            return "flatten(2).transpose(1, 2)"
        if after[1:] == (two, one * three) and one != two:
            return f"transpose(1, 2).reshape{after}"
    if len(before) == 3 and len(after) == 4:  # noqa: PLR2004
        _, one, two, three = after
        if before[1:] == (two * three, one) and two * three != one:
            return f"transpose(1, 2).reshape{after}"
        if before[1:] == (two, one * three) and one != two:
            return f"view({after[0]}, {two}, {one}, {three}).transpose(1, 2)"
    return ""


def _order(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the permutation from one shape to the other; None where they are the same or no permutation fits."""
    plain = [size for size in before if size > 1], [size for size in after if size > 1]
    if len(before) != len(after) or plain[0] == plain[1] or sorted(before) != sorted(after):
        return None
    left = list(range(len(before)))
    order = []
    for size in after:
        place = next(one for one in left if before[one] == size)
        left.remove(place)
        order.append(place)
    return tuple(order)


def roughness(values: Tensor, axes: Sequence[int]) -> Tensor:
    """Return how much neighbours along the axes differ, relative to the spread of each channel: about 1 for noise.

    Args:
        values: (n, c, …): channels on axis 1.
        axes: along which neighbours are compared.

    Returns:
        (c,) one number for each channel.

    Example:
        >>> ramp = torch.arange(8.0).repeat(2, 1, 1)
        >>> round(float(roughness(ramp, [2])), 3)
        0.309
    """
    scaled = _scaled(values)
    steps = [_by_channel(scaled.diff(dim=axis).square()) for axis in axes if values.shape[axis] > 1]
    return (torch.stack(steps).mean(0) / 2).sqrt() if steps else torch.ones(values.shape[1])


def seams(values: Tensor, piece: int, *, channels_last: bool) -> Tensor:
    """Return how much neighbours differ where pictures or series in order have a seam, as `roughness` does.

    Numbers that are in order, read as if they were not, come in pieces: of one channel after the other, or of all
    features of one time after those of the time before. Where a piece ends, neighbours have nothing to do with one
    another.

    Args:
        values: (n, c, …): numbers in the other order.
        piece: so many numbers of the order in memory belong together.
        channels_last: whether the channels lie side by side in memory in that other order, else one after the other.

    Returns:
        (c,) one number for each channel; NaN where it has no seam.
    """
    c, *places = values.shape[1:]
    count = values[0, 0].numel()
    channel, place = torch.arange(c)[:, None], torch.arange(count)[None]
    memory = place * c + channel if channels_last else channel * count + place
    origin = (memory // piece).reshape(c, *places)
    total, number = torch.zeros(c), torch.zeros(c)
    for axis in range(1, 1 + len(places)):
        there = origin.diff(dim=axis) != 0
        steps = _scaled(values).diff(dim=axis + 1).square().mean(0)
        total += (steps * there).flatten(1).sum(1)
        number += there.flatten(1).sum(1)
    return (total / number / 2).sqrt()


def _scaled(values: Tensor) -> Tensor:
    keep = [axis for axis in range(values.ndim) if axis != 1]
    spread = values.std(keep, keepdim=True, correction=0)
    return values / torch.where(spread > 0, spread, torch.ones_like(spread))


def _by_channel(values: Tensor) -> Tensor:
    return values.transpose(0, 1).flatten(1).mean(1)


def unscrambled(values: Tensor) -> Tensor | None:
    """Return pictures (n, c, …) that were made from (n, …, c) by view or reshape as they should have been.

    None where there is one channel, which no order can harm.
    """
    n, c, *places = values.shape
    if c == 1 or not places:
        return None
    return values.reshape(n, *places, c).movedim(-1, 1)
