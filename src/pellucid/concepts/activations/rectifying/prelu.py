"""PReLU: leaky ReLU whose left slope is learnt, one for all units or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import Activation, ValueAndDerivative
from pellucid.concepts.concept import Argument, Floats
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

START: Final = 0.25  # where the paper, and torch, let the slope begin


def prelu_reference(z: Floats, slope: Floats | float = START) -> ValueAndDerivative:
    """Return the parametric ReLU, its derivative by z, and that by the slope.

    **Formula** a = z where z > 0, else s z; da/dz = 1 where z > 0, else s (at the kink z = 0 the sub-gradient s);
    da/ds = 0 where z > 0, else z.

    Args:
        z: pre-activations, (n, d), or any shape where the slope is one number.
        slope: s, learnt: (d,), one for each unit, or one number for all.

    Returns:
        Values, derivatives by z, and derivatives by the slope, each of the shape of z.

    Raises:
        ShapeError: the slopes are neither one number nor one for each unit.

    Example:
        >>> import numpy as np
        >>> prelu_reference(np.array([[-2.0, -2.0]]), np.array([0.5, 0.25]))[0]
        array([[-1. , -0.5]])
    """
    check_slope(tuple(np.shape(z)), tuple(np.shape(slope)))
    s = slope
    a = np.where(z > 0, z, s * z)
    da_dz = np.where(z > 0, 1.0, s)
    da_ds = np.where(z > 0, 0.0, z)
    return a, da_dz, da_ds


def prelu(z: Tensor, slope: Tensor) -> Tensor:
    """Return the parametric ReLU; see `prelu_reference`.

    Raises:
        ShapeError: the slopes are neither one number nor one for each unit.
    """
    from torch.nn import functional

    check_slope(tuple(z.shape), tuple(slope.shape))
    return functional.prelu(z, slope)


def check_slope(z: tuple[int, ...], slope: tuple[int, ...]) -> None:
    """Refuse slopes that would silently broadcast: (d, 1) against (n, d).

    Raises:
        ShapeError: the slopes are neither one number nor one for each unit.

    Example:
        >>> check_slope((8, 3), (3,))
    """
    if slope == () or (len(z) == len(("n", "d")) and slope == z[1:]):
        return
    raise ShapeError(
        f"prelu expected slope of shape () or (d,) with z (n, d), got {slope} with {z}: "
        "pass one slope for each column of z, or a single one"
    )


PRELU: Final = Activation(
    name="prelu",
    aliases=("PReLU", "parametric_relu"),
    title="parametric ReLU",
    summary="Leaky ReLU that learns its own left slope, one for all units or one for each.",
    formula="z if z > 0, else s z, with s learnt",
    latex=r"a = \begin{cases} z & z > 0 \\ s z & z \le 0 \end{cases}",
    arguments=(
        Argument(name="z", shapes=("(n, d)", "(n, d)"), meaning="pre-activations"),
        Argument(name="slope", shapes=("(d,)", "()"), meaning="s, learnt: one for each unit, or one for all"),
    ),
    result="as z",
    reference=prelu_reference,
    fast=prelu,
    sample=lambda rng: ((rng.normal(size=(4, 3)), rng.uniform(-0.5, 1.5, 3)), {}),
    lowest=None,
    highest=None,
    monotone=True,
    odd=False,
    convex=True,
    steepest=1.0,
    saturates="neither",
    kinks=(0.0,),
    when="Large convolutional networks with enough data to learn the slopes, such as those for super-resolution.",
    when_not="Small data: fix the slope, as leaky ReLU does.",
    mistakes=(
        "Weight decay on the slopes: it pulls them to 0, which is ReLU again.",
        "Taking its properties for granted: a learnt slope may become negative or larger than 1.",
    ),
    source="K. He et al., Delving deep into rectifiers, 2015; the "
    "slope starts at 0.25, as in torch.nn.PReLU; in Keras at 0.",
)
