"""The one legend of axis letters. Docstrings, checks, errors and the `# (n, k)` at the end of a line all use it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

AXES: Final = MappingProxyType(
    {
        "n": "examples (rows, pictures) of a batch or of a set",
        "k": "classes or labels",
        "d": "features: numbers that describe one example, one place or one step",
        "m": "category features",
        "o": "outputs of the network: the linear predictors",
        "t": "targets; in sequences the steps",
        "c": "channels of a picture",
        "h": "height in pixels; in recurrent layers the units of the state",
        "w": "width in pixels",
        "e": "members of an ensemble",
        "b": "bootstrap samples",
        "l": "length of a sequence or of a sound",
        "z": "depth of a volume, or moments of a video",
        "v": "rows of a table of embeddings: words",
        "c_in": "channels that go into a layer",
        "c_out": "channels that come out of it",
        "k_l": "length of a kernel",
        "k_z": "depth of a kernel",
        "k_h": "height of a kernel",
        "k_w": "width of a kernel",
        "sizes": "one or several axes of space",
        "kernel": "as many axes of the kernel",
        "groups": "parts into which channels are divided",
        "s": "places that are looked at: keys and values",
        "directions": "of a recurrent layer: 1, or 2 where it also reads backwards",
        "walks": "layers times directions of a recurrent stack",
        "layers": "of a block",
        "growth": "channels that each layer of a dense block adds",
        "p": "weights as one vector",
        "a": "axes of an array",
    }
)
