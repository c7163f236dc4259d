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
    order: tuple[int, ...]
    """The permutation that would give this shape."""

    @property
    def moves_batch(self) -> bool:
        """Whether the first axis is no longer first."""
        return self.order[0] != 0

    @property
    def remedy(self) -> str:
        """The permutation as code."""
        return f"permute({', '.join(map(str, self.order))})"


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
            found.append(Swap(call, before, after, order))
    return found


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


def roughness(values: Tensor, axes: Sequence[int]) -> float:
    """Return how much neighbours along the axes differ, relative to the spread of each channel: about 1 for noise.

    Args:
        values: (n, c, …): channels on axis 1.
        axes: along which neighbours are compared.

    Example:
        >>> ramp = torch.arange(8.0).repeat(2, 1, 1)
        >>> round(roughness(ramp, [2]), 3)
        0.309
    """
    keep = [axis for axis in range(values.ndim) if axis != 1]
    spread = values.std(keep, keepdim=True, correction=0)
    scaled = values / torch.where(spread > 0, spread, torch.ones_like(spread))
    steps = [scaled.diff(dim=axis).square().mean() for axis in axes if values.shape[axis] > 1]
    return float((torch.stack(steps).mean() / 2).sqrt()) if steps else 1.0


def unscrambled(values: Tensor) -> Tensor | None:
    """Return pictures (n, c, …) that were made from (n, …, c) by view or reshape as they should have been.

    None where there is one channel, which no order can harm.
    """
    n, c, *places = values.shape
    if c == 1 or not places:
        return None
    return values.reshape(n, *places, c).movedim(-1, 1)
