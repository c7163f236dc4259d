"""What the normalizations over the last axis share: the shapes, their check, and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.concepts.concept import Floats

SHAPES: Final = ("(n, d)", "(n, t, d)")
AXES: Final = (2, 3)


def check_features(function: str, x: Floats | Tensor, vectors: dict[str, Floats | Tensor]) -> None:
    """Refuse inputs that are not (n, d) or (n, t, d), and vectors that do not have one number for each feature.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> check_features("layer_norm", np.ones((4, 3)), {"scale": np.ones(3)})
    """
    shape = tuple(x.shape)
    if len(shape) not in AXES:
        raise ShapeError(f"{function} expected x of shape {' or '.join(SHAPES)}, got {shape}: put the features last")
    for name, vector in vectors.items():
        if tuple(vector.shape) != shape[-1:]:
            raise ShapeError(
                f"{function} expected {name} of shape (d,) = ({shape[-1]},), got {tuple(vector.shape)}: "
                f"pass one number for each feature"
            )


def drawn_features(rng: np.random.Generator) -> NDArray[Any]:
    """Return an input (n, d) or (n, t, d) of at least two features.

    Example:
        >>> drawn_features(np.random.default_rng(0)).ndim in AXES
        True
    """
    axes = AXES[int(rng.integers(0, len(AXES)))]
    return np.asarray(2 * rng.normal(size=(*rng.integers(1, 4, axes - 1), int(rng.integers(2, 6)))) + 1)
