"""The record of a loss, its reductions, and the shape check that every loss shares.

Network outputs are called *logits* throughout (z in the formulas): the linear predictor, before any link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import numpy as np

from pellucid.concepts.concept import Differentiable, Floats, Option
from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

Reduction = Literal["mean", "sum", "none"]
ValueAndGradient = tuple[Any, Any]
"""The loss (a float; an array of single losses for reduction "none"), and the gradient of the *sum* of what is returned
by the differentiable arguments: one array, or a tuple of arrays where there are several."""

REDUCTION: Final = Option(
    name="reduction",
    meaning="the mean of the single losses, their sum, or each by itself",
    choices=("mean", "sum", "none"),
)
AXES_OF_TARGETS: Final = {0: "()", 1: "(n,)", 2: "(n, t)", 3: "(n, e, t)"}
POINTS: Final = 401
"""Of a curve: fine enough for a kink to look like one."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One target of the loss's picture, against which the prediction is moved."""

    label: str
    """`y = 1`."""
    target: float


@dataclass(frozen=True, kw_only=True)
class Path:
    """A line through the inputs along which the picture shows a loss of several arguments."""

    moved: str
    """What is moved, for the axis: `angle between the two vectors, in degrees`."""
    curve: Callable[[float, Floats], tuple[Floats, Floats]]
    """From a target and the places on the line: the loss at each place, and its slope along the line."""


@dataclass(frozen=True, kw_only=True)
class Loss(Differentiable):
    """One loss: what it is, its NumPy reference, its PyTorch form, and what a person should know."""

    family: ClassVar[str] = "losses"

    convex: bool
    """Whether the loss is convex in its first argument: then one layer has no local minimum but the global one."""
    symmetric: bool
    """Whether errors to either side cost the same: L(y + d, y) = L(y - d, y)."""
    scale_invariant: bool
    """Whether multiplying the first argument by a positive number changes nothing."""
    gradient_bound: float | None
    """Least upper bound of |dL/dz| of one element at the default options; None: the gradient grows without bound."""
    curves: tuple[Curve, ...]
    """The targets that the picture shows."""
    shown: tuple[float, float] = (-3.0, 3.0)
    """The predictions that the picture shows."""
    path: Path | None = None
    """What the picture moves where a prediction is not one number: an angle, a distance. None: the first argument."""

    def curve(self, target: float, z: Floats) -> tuple[Floats, Floats]:
        """Return the loss of each prediction in z against one target, and its slope there."""
        if self.path is not None:
            return self.path.curve(target, z)
        value, gradient = self.reference(z, np.full_like(z, target), reduction="none")
        return value, gradient

    def picture(self) -> Picture:
        """Return the loss, its gradient, and the likelihood exp(-loss) that it stands for, over the prediction."""
        z = np.linspace(*self.shown, POINTS)
        moved = self.path.moved if self.path else self.arguments[0].meaning
        drawn = [(one, role, *self.curve(one.target, z)) for one, role in zip(self.curves, ROLES, strict=False)]

        def panel(title: str, ys: list[Floats]) -> Plot:
            series = [
                Series(name=one.label, x=z, y=y, role=role) for (one, role, _, _), y in zip(drawn, ys, strict=True)
            ]
            return Plot(title=title, x_title=moved, series=tuple(series))

        values = [value for _, _, value, _ in drawn]
        said = [
            f"{', '.join(f'{value[at]:.2f} at {z[at]:g}' for at in (0, POINTS // 2, -1))} for {one.label}"
            for one, _, value, _ in drawn
        ]
        return Picture(
            alt=f"{self.title} over {moved} from {self.shown[0]:g} to {self.shown[1]:g}, with its gradient and "
            f"exp(-loss). The loss is {'; '.join(said)}. {self.summary}",
            panels=(
                panel("loss", values),
                panel("gradient", [slope for _, _, _, slope in drawn]),
                panel("likelihood ∝ exp(-loss)", [np.exp(-value) for value in values]),
            ),
            columns=3,
        )


def reduced(single: Floats, gradient: Floats, reduction: Reduction) -> ValueAndGradient:
    """Return single losses and their gradient as the reduction wants them; the mean is over the single losses.

    Raises:
        RangeError: the reduction is unknown, or a mean of nothing is asked for.

    Example:
        >>> reduced(np.array([1.0, 3.0]), np.array([2.0, 2.0]), "mean")
        (2.0, array([1., 1.]))
    """
    check_reduction(single.size, reduction)
    if reduction == "none":
        return single, gradient
    if reduction == "sum":
        return float(single.sum()), gradient
    return float(single.sum() / single.size), gradient / single.size


def reduced_tensor(single: Tensor, reduction: Reduction) -> Tensor:
    """Return single losses as the reduction wants them; the PyTorch twin of `reduced`.

    Raises:
        RangeError: the reduction is unknown, or a mean of nothing is asked for.
    """
    check_reduction(single.numel(), reduction)
    return single if reduction == "none" else single.sum() if reduction == "sum" else single.mean()


def check_reduction(elements: int, reduction: str) -> None:
    """Refuse unknown reductions, and the mean over no elements at all, which would be 0 / 0.

    Raises:
        RangeError: it is one of the two.
    """
    if reduction not in REDUCTION.choices:
        raise RangeError(
            f"a loss expected reduction to be mean, sum or none, got {reduction!r}: pass one of these three"
        )
    if reduction == "mean" and elements == 0:
        raise RangeError("a loss expected at least one element to take the mean of, got none: leave empty batches out")


def check_same_shape(
    function: str, logits: Floats | Tensor, targets: Floats | Tensor, name: str = "targets", axes: str = ""
) -> None:
    """Refuse arrays of different shapes, which would silently broadcast: (n,) with (n, 1) gives (n, n).

    Raises:
        ShapeError: the shapes differ; the sentence says how to mend it.

    Example:
        >>> check_same_shape("mae", np.zeros(3), np.zeros((3, 1)))
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: mae expected targets of shape (n,) = (3,), got (3, 1): pass targets[:, 0]
    """
    if logits.shape != targets.shape:
        wanted, given = tuple(logits.shape), tuple(targets.shape)
        axes = axes or AXES_OF_TARGETS.get(len(wanted), "that of the logits")
        raise ShapeError(
            f"{function} expected {name} of shape {axes} = {wanted}, got {given}: {_remedy(wanted, given, name)}"
        )


def _remedy(wanted: tuple[int, ...], given: tuple[int, ...], name: str) -> str:
    """Say how an array of the shape given becomes one of that wanted."""
    if given == (*wanted, 1):
        return f"pass {name}[:, 0]"
    if wanted == (*given, 1):
        return f"pass {name}[:, None]"
    return "pass one target for each logit" if name == "targets" else f"pass {name} of that shape"
