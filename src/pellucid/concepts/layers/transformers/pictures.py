"""The picture of attention: who looks at whom, free and causal, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Cells, Picture

WORDS: Final = ("the", "cat", "sat", "it", "purred")
MEANINGS: Final = np.array([[0.2, 0.1, 1.5], [2.5, 0.3, 0.1], [0.2, 2.2, 0.3], [2.3, 0.2, 0.6], [0.6, 2.4, 0.2]])
"""What the words mean here, made by hand: a thing, a doing, a helper."""


def attention_picture(weights: Callable[..., Floats], attention: Callable[..., Floats]) -> Picture:
    """Return the weights of self-attention over five words, free and causal, with values and output.

    Args:
        weights: of attention, by query, key and `causal`.
        attention: its output, by query, key, value.

    Example:
        >>> even = np.full((1, 5, 5), 0.2)
        >>> attention_picture(lambda q, k, causal=False: even, lambda q, k, v: even @ v).panels[0].title
        'weights: each row sums to 1'
    """
    x = MEANINGS[None]
    free, causal = weights(x, x)[0], weights(x, x, causal=True)[0]
    kinds = ("thing", "doing", "helper")
    return Picture(
        alt=f"{', '.join(WORDS)}: 'it' looks at 'cat' with weight {free[3, 1]:.2f} and at 'sat' with "
        f"{free[3, 2]:.2f}. Causal: nothing above the diagonal, and the first word sees itself with weight 1.",
        panels=(
            Cells(values=free, title="weights: each row sums to 1", row_names=WORDS, column_names=WORDS, low=0, high=1),
            Cells(values=causal, title="causal weights", row_names=WORDS, column_names=WORDS, low=0, high=1),
            Cells(values=MEANINGS, title="query = key = value", row_names=WORDS, column_names=kinds, low=0, high=2.5),
            Cells(values=attention(x, x, x)[0], title="output", row_names=WORDS, column_names=kinds, low=0, high=2.5),
        ),
    )
