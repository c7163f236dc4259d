"""The features that simple models learn from beside the network: `data` makes them, `evaluation` uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of one part of the data, in the two forms that baselines want."""

    raw: NDArray[np.floating]
    """(n, d) for trees: numbers as they are, categories as level numbers, NaN where missing."""
    categorical: NDArray[np.bool_]
    """(d,) which columns of `raw` are level numbers."""
    scaled: Any
    """(n, p) for linear models: standardised numbers, one-hot categories, nothing missing; SciPy CSR where sparse."""

    def __len__(self) -> int:
        return len(self.raw)

    def taking(self, rows: NDArray[np.int64]) -> Features:
        """Return the features of some rows.

        Example:
            >>> features = Features(raw=np.eye(3), categorical=np.zeros(3, np.bool_), scaled=np.eye(3))
            >>> features.taking(np.array([2])).raw
            array([[0., 0., 1.]])
        """
        return Features(raw=self.raw[rows], categorical=self.categorical, scaled=self.scaled[rows])


def standardised(seen: NDArray[np.floating], judged: NDArray[np.floating]) -> tuple[Features, Features]:
    """Return plain numbers (n, d) of two parts as features; for linear models with mean 0 and deviation 1 in the first.

    Example:
        >>> first, second = standardised(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[5.0, 6.0]]))
        >>> first.scaled.tolist(), second.scaled.tolist()
        ([[-1.0, 0.0], [1.0, 0.0]], [[3.0, 1.0]])
    """
    mean, std = seen.mean(axis=0), seen.std(axis=0)
    std = np.where(std > 0, std, 1)
    categorical = np.zeros(seen.shape[1], np.bool_)
    first, second = (Features(raw=raw, categorical=categorical, scaled=(raw - mean) / std) for raw in (seen, judged))
    return first, second
