"""The one legend of axis letters. Docstrings, checks, errors and the `# (n, k)` at the end of a line all use it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

AXES: Final = MappingProxyType(
    {
        "n": "examples (rows, pictures) of a batch or of a set",
        "k": "classes or labels",
        "d": "numeric features",
        "m": "category features",
        "o": "outputs of the network: the linear predictors",
        "t": "targets",
        "c": "channels of a picture",
        "h": "height in pixels",
        "w": "width in pixels",
        "e": "members of an ensemble",
        "b": "bootstrap samples",
    }
)
