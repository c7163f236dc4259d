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
        "l": "length of a sequence or of a sound",
        "z": "depth of a volume, or moments of a video",
        "v": "rows of a table of embeddings: words",
        "c_in": "channels that go into a layer",
        "c_out": "channels that come out of it",
        "k_l": "length of a kernel, and k_z, k_h, k_w its depth, height, width",
    }
)
