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
