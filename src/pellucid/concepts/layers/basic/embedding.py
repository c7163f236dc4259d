"""Embedding: an index picks its row of a table, and the gradient reaches only the rows that were picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES_OF_TABLE: Final = 2
AXES_OF_INDICES: Final = (1, 2)
WORDS: Final = ("the", "cat", "sat", "on", "mat")
SENTENCE: Final = np.array([[0, 1, 2, 3, 0, 4]])
TABLE: Final = np.array([[0.1, 0.0, 0.2], [0.9, 0.4, 0.1], [0.2, 0.8, 0.7], [0.1, 0.3, 0.0], [0.8, 0.1, 0.3]])


def embedding_reference(x: NDArray[np.int64], w: Floats, padding_idx: int | None = None) -> Floats:
    """Return the rows of the table w that x names.

    **Formula** y[n, l] = w[x[n, l]].

    Args:
        x: whole numbers from 0 to v - 1, (n, l) or (n,).
        w: (v, d), one row for each word.
        padding_idx: the row that learns nothing, for padding; None for none. Its values are used as they are.

    Returns:
        y, the shape of x and d behind it.

    Raises:
        ShapeError: w is no table, or x has too many axes.
        RangeError: an index or padding_idx lies outside the table, or x holds no whole numbers.

    Example:
        >>> import numpy as np
        >>> embedding_reference(np.array([[2, 0]]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
        array([[[5., 6.],
                [1., 2.]]])
    """
    _check(x, w, padding_idx, whole=np.issubdtype(x.dtype, np.integer))
    return w[x]


def embedding_reference_backward(
    upstream: Floats, x: NDArray[np.int64], w: Floats, padding_idx: int | None = None
) -> tuple[Floats]:
    """Return dL/dw from upstream = dL/dy: a row that was picked twice gets the sum of both.

    **Formula** dL/dw[v] = sum of dL/dy[n, l] over all n, l with x[n, l] = v; 0 for v = padding_idx.
    """
    dw = np.zeros_like(w)
    for index in np.ndindex(x.shape):
        if x[index] != padding_idx:
            dw[x[index]] += upstream[index]
    return (dw,)


def embedding(x: Tensor, w: Tensor, padding_idx: int | None = None) -> Tensor:
    """Return the rows of the table w that x names; see `embedding_reference`."""
    import torch
    from torch.nn import functional

    _check(x, w, padding_idx, whole=not (x.is_floating_point() or x.is_complex() or x.dtype == torch.bool))
    return functional.embedding(x.long(), w, padding_idx)  # torch takes no int8


def _check(x: NDArray[np.int64] | Tensor, w: Floats | Tensor, padding_idx: int | None, *, whole: bool) -> None:
    """Refuse what is no table, no index, or an index outside."""
    if w.ndim != AXES_OF_TABLE:
        raise ShapeError(f"embedding expected w of shape (v, d), got {tuple(w.shape)}: pass one row for each index")
    if x.ndim not in AXES_OF_INDICES:
        raise ShapeError(
            f"embedding expected x of shape (n,) or (n, l), got {tuple(x.shape)}: drop an axis of length 1"
        )
    if not whole:
        raise RangeError(f"embedding expected x to hold whole numbers, got {x.dtype}: convert x to int64")
    rows = w.shape[0]
    outside = [int(one) for one in x.reshape(-1) if not 0 <= one < rows][:1]
    if padding_idx is not None and (not isinstance(padding_idx, int) or not 0 <= padding_idx < rows):
        outside.append(padding_idx)
    if outside:
        raise RangeError(
            f"embedding expected indices from 0 to {rows - 1}, got {outside[0]!r}: "
            "give w more rows, or map rare words to one index for unknown words"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    v, d, n, length = rng.integers(1, 5, 4).tolist()
    return (rng.integers(0, v, (n, length)), rng.normal(size=(v, d))), {}


def _picture() -> Picture:
    y = embedding_reference(SENTENCE, TABLE)[0]
    (counts,) = embedding_reference_backward(np.ones((1, *y.shape)), SENTENCE, TABLE)
    read = tuple(WORDS[index] for index in SENTENCE[0])
    return Picture(
        alt="A table of 5 words with 3 numbers each, and the six words `the cat sat on the mat` looked up in it. The "
        "row of `the` is used twice, so with a gradient of 1 from above its gradient is 2, that of the others 1.",
        panels=(
            Cells(values=TABLE, title="w, the table", row_names=WORDS, digits=1),
            Cells(values=y, title="y, six words looked up", row_names=read, digits=1),
            Cells(values=counts, title="dL/dw where dL/dy = 1", row_names=WORDS),
        ),
        columns=3,
    )


EMBEDDING: Final = Layer(
    name="embedding",
    aliases=("lookup_table", "word_embedding", "Embedding"),
    title="embedding",
    summary="Looks up one row of learnt numbers for each index: words, users, categories become vectors.",
    formula="y[n, l] = w[x[n, l]]",
    latex=r"y_{n,l} = w_{x_{n,l}}",
    arguments=(
        Argument(
            name="x", shapes=("(n, l)", "(n,)"), meaning="indices of rows", values="class indices", differentiable=False
        ),
        Argument(name="w", shapes=("(v, d)", "(v, d)"), meaning="the table, one row for each of v words"),
    ),
    options=(Option(name="padding_idx", meaning="the row that learns nothing, for padding; None for none", low=0),),
    result="(n, l, d) or (n, d)",
    reference=embedding_reference,
    reference_backward=embedding_reference_backward,
    fast=embedding,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of places"),
    parameters="v d",
    module="torch.nn.Embedding",
    drawn=_picture,
    when="Categories with many values, words, users: a dense layer without bias on one-hot input, minus the zeros.",
    when_not="Ordered numbers and categories with two or three values: give them to a dense layer as they are.",
    mistakes=(
        "No row for words that training never saw: the first unknown word is an index outside the table.",
        "Weight decay on the whole table: rows of rare words shrink although nothing says so.",
        "Expecting padding_idx to make the output zero: it only stops that row's learning. torch.nn.Embedding sets "
        "it to 0 at the start besides; a row that is loaded stays as it is.",
    ),
    source="Y. Bengio et al., A neural probabilistic language model, 2003. padding_idx as in PyTorch.",
)
