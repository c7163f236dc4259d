"""What the normalizations with one scale and one shift for each channel share: arguments, checks, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Option
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.concepts.concept import Floats

EPSILON: Final = 1e-5  # PyTorch's default of every normalization but RMSNorm
MOST_AXES: Final = 5  # (n, c, z, h, w)
SHAPES: Final = ("(n, c)", "(n, c, w)", "(n, c, h, w)", "(n, c, z, h, w)")

EPSILON_OPTION: Final = Option(name="epsilon", meaning="is added to the variance, so that a constant survives", low=0)
SCALE: Final = Argument(name="scale", shapes=("(c,)",), meaning="gamma, learnt; 1 at the start")
SHIFT: Final = Argument(name="shift", shapes=("(c,)",), meaning="beta, learnt; 0 at the start")


def check_channels(function: str, x: Floats | Tensor, vectors: dict[str, Floats | Tensor], least_axes: int = 2) -> None:
    """Refuse inputs with too few or too many axes, and vectors that do not have one number for each channel.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> check_channels("batch_norm", np.ones((4, 3)), {"scale": np.ones(3)})
    """
    shape = tuple(x.shape)
    if not least_axes <= len(shape) <= MOST_AXES:
        wanted = " or ".join(SHAPES[least_axes - 2 :])
        raise ShapeError(f"{function} expected x of shape {wanted}, got {shape}: put the channels second")
    for name, vector in vectors.items():
        if tuple(vector.shape) != (shape[1],):
            raise ShapeError(
                f"{function} expected {name} of shape (c,) = ({shape[1]},), got {tuple(vector.shape)}: "
                f"pass one number for each channel"
            )


def check_epsilon(function: str, epsilon: float) -> None:
    """Refuse an epsilon below 0, under which a root may have no value.

    Raises:
        RangeError: it is.

    Example:
        >>> check_epsilon("batch_norm", 1e-5)
    """
    if not epsilon >= 0:
        raise RangeError(f"{function} expected epsilon of at least 0, got {epsilon}: 1e-5 is usual")


def along_channels(vector: Any, axes: int) -> Any:
    """Return a vector (c,) as (1, c, 1, …) with so many axes, of NumPy or of PyTorch.

    Example:
        >>> along_channels(np.ones(3), 4).shape
        (1, 3, 1, 1)
    """
    return vector.reshape(1, -1, *(1 for _ in range(axes - 2)))


def drawn_channels(rng: np.random.Generator, groups: int = 1, axes: tuple[int, ...] = (2, 3, 4, 5)) -> NDArray[Any]:
    """Return an input (n, c, …) whose channels lie in different places, with a number of channels that groups divide.

    Example:
        >>> drawn_channels(np.random.default_rng(0), groups=2).shape[1] % 2
        0
    """
    count = axes[int(rng.integers(0, len(axes)))]
    n, c = int(rng.integers(3, 6)), groups * int(rng.integers(1, 4))
    x = rng.normal(size=(n, c, *rng.integers(2, 4, count - 2)))
    return np.asarray(along_channels(rng.uniform(0.5, 2.0, c), count) * x + along_channels(rng.normal(size=c), count))
