"""The record of a loss, and the shape check that every loss shares.

Network outputs are called *logits* throughout (z in the formulas): the linear predictor, before any link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]
ValueAndGradient = tuple[float, Floats]
"""The mean loss, and its derivative with respect to every logit (the shape of the logits)."""

AXES_OF_TARGETS: Final = {0: "()", 1: "(n,)", 2: "(n, t)", 3: "(n, e, t)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One loss: what it is, its NumPy reference, its PyTorch form, and what a person should know."""

    name: str
    """The key: `cross_entropy`."""
    aliases: tuple[str, ...]
    """Other names in use, e.g. `mse`."""
    title: str
    """As said to people."""
    formula: str
    """Plain text, for one example; the loss is the mean over examples."""
    latex: str
    """The same in LaTeX."""
    logits: str
    """Shape of the logits, in the letters of `foundation.axes`."""
    targets: str
    """Shape and range of the targets."""
    target_values: Literal["numbers", "zero or one", "class indices", "counts"]
    """What the targets are."""
    convex: bool
    """Whether the loss is convex in the logits: then one layer has no local minimum but the global one."""
    reference: Callable[..., ValueAndGradient]
    """`reference(logits, targets, **options)`: NumPy, letter by letter."""
    fast: Callable[..., Tensor]
    """`fast(logits, targets, **options)`: PyTorch; the mean, a scalar tensor."""
    when: str
    """When to use it."""
    mistake: str
    """The mistake most often made with it."""
    source: str
    """Author, year, and which variant this is."""


def check_same_shape(function: str, logits: Floats | Tensor, targets: Floats | Tensor) -> None:
    """Refuse logits and targets of different shapes, which would silently broadcast: (n,) with (n, 1) gives (n, n).

    Raises:
        ShapeError: the shapes differ; the sentence says how to mend it.

    Example:
        >>> check_same_shape("mae", np.zeros(3), np.zeros((3, 1)))
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: mae expected targets of shape (n,) = (3,), got (3, 1): pass targets[:, 0]
    """
    if logits.shape != targets.shape:
        wanted, given = tuple(logits.shape), tuple(targets.shape)
        axes = AXES_OF_TARGETS.get(len(wanted), "that of the logits")
        raise ShapeError(
            f"{function} expected targets of shape {axes} = {wanted}, got {given}: {_remedy(wanted, given)}"
        )


def _remedy(wanted: tuple[int, ...], given: tuple[int, ...]) -> str:
    """Say how targets of the shape given become those wanted."""
    if given == (*wanted, 1):
        return "pass targets[:, 0]"
    if wanted == (*given, 1):
        return "pass targets[:, None]"
    return "pass one target for each logit"
