"""Attention: each query looks at all keys and takes the mean of their values, weighted by how well they match."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.transformers.pictures import attention_picture
from pellucid.drawing.records import Picture
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 3  # (n, t, d)
TRUTH: Final = ("bool", "torch.bool")  # dtypes: a mask of numbers would be added to the products
CAUSAL: Final = Option(name="causal", meaning="whether a query sees only keys at its own place and before")


def attention_weights_reference(
    query: Floats, key: Floats, mask: NDArray[np.bool_] | None = None, causal: bool = False
) -> Floats:
    """Return how much each query attends to each key.

    **Formula** S = Q Kᵀ / sqrt(d), -inf where the mask forbids; A = softmax(S) along the keys.

    Args:
        query: Q, (n, t, d).
        key: K, (n, s, d).
        mask: (t, s), true where a query may look; None: everywhere.
        causal: whether query i sees keys 0 … i only.

    Returns:
        A, (n, t, s), each row sums to 1.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: a query may look nowhere.

    Example:
        >>> import numpy as np
        >>> attention_weights_reference(np.ones((1, 2, 1)), np.ones((1, 2, 1)), causal=True)[0]
        array([[1. , 0. ],
               [0.5, 0.5]])
    """
    _check(query, key, key, mask, causal)
    S = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[2])
    if mask is not None:
        S = np.where(mask, S, -np.inf)
    if causal:
        S = np.where(np.tri(*S.shape[1:]) > 0, S, -np.inf)
    e = np.exp(S - S.max(axis=2, keepdims=True))
    return np.asarray(e / e.sum(axis=2, keepdims=True))


def scaled_dot_product_attention_reference(
    query: Floats, key: Floats, value: Floats, mask: NDArray[np.bool_] | None = None, causal: bool = False
) -> Floats:
    """Return the values, averaged for each query by how well its keys match.

    **Formula** y = A V with A = softmax(Q Kᵀ / sqrt(d)) along the keys; see `attention_weights_reference`.

    Args:
        query: Q, (n, t, d).
        key: K, (n, s, d).
        value: V, (n, s, v).
        mask: (t, s), true where a query may look; None: everywhere.
        causal: whether query i sees keys 0 … i only.

    Returns:
        y, (n, t, v), within the values.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: a query may look nowhere.

    Example:
        >>> import numpy as np
        >>> q, k, v = np.array([[[9.0]]]), np.array([[[9.0], [0.0]]]), np.array([[[1.0], [2.0]]])
        >>> scaled_dot_product_attention_reference(q, k, v).round(3)
        array([[[1.]]])
    """
    _check(query, key, value, mask, causal)
    A = attention_weights_reference(query, key, mask, causal)
    return np.asarray(A @ value)


def scaled_dot_product_attention_reference_backward(
    upstream: Floats,
    query: Floats,
    key: Floats,
    value: Floats,
    mask: NDArray[np.bool_] | None = None,
    causal: bool = False,
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dQ, dL/dK and dL/dV from upstream = dL/dy.

    **Formula** dV = Aᵀ dy; dA = dy Vᵀ; dS = A (dA - sum(dA A) along the keys); dQ = dS K / sqrt(d);
    dK = dSᵀ Q / sqrt(d). Where the mask forbids, A and therefore dS are 0.
    """
    A = attention_weights_reference(query, key, mask, causal)
    dV = A.swapaxes(1, 2) @ upstream
    dA = upstream @ value.swapaxes(1, 2)
    dS = A * (dA - (dA * A).sum(axis=2, keepdims=True))
    root = math.sqrt(query.shape[2])
    return dS @ key / root, dS.swapaxes(1, 2) @ query / root, dV


def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, causal: bool = False
) -> Tensor:
    """Return the values, averaged for each query; see `scaled_dot_product_attention_reference`."""
    import torch
    from torch.nn import functional

    _check(query, key, value, mask, causal)
    if causal and mask is not None:  # torch takes one of the two
        mask = mask & torch.ones_like(mask).tril()
    return functional.scaled_dot_product_attention(query, key, value, mask, is_causal=causal and mask is None)


def check_mask(function: str, mask: Any, t: int, s: int, causal: bool) -> None:
    """Refuse a mask of another shape, and one that leaves a query nothing to look at.

    Raises:
        ShapeError: it is not (t, s).
        RangeError: it holds no truth values, or a row is all false.
    """
    if mask is None:
        return
    if tuple(mask.shape) != (t, s):
        raise ShapeError(
            f"{function} expected mask of shape (t, s) = ({t}, {s}), got {tuple(mask.shape)}: "
            f"pass one truth value for each query and key"
        )
    if str(mask.dtype) not in TRUTH:
        raise RangeError(f"{function} expected mask to hold truth values, got {mask.dtype}: pass mask > 0")
    for place, row in enumerate(mask.tolist()):
        if not any(row[: place + 1] if causal else row):
            raise RangeError(
                f"{function} expected a mask that leaves every query a key, got none for query {place}: "
                f"true means that it may look"
            )


def _check(query: Any, key: Any, value: Any, mask: Any, causal: bool) -> None:
    name = "scaled_dot_product_attention"
    q, k, v = (tuple(one.shape) for one in (query, key, value))
    for array, shape in (("query", q), ("key", k), ("value", v)):
        if len(shape) != AXES:
            raise ShapeError(f"{name} expected {array} of shape (n, t, d), got {shape}: pass three axes")
    if k[::2] != q[::2]:
        raise ShapeError(
            f"{name} expected key of shape (n, s, d) = ({q[0]}, s, {q[2]}), got {k}: make it as wide as the query"
        )
    if v[:2] != k[:2]:
        raise ShapeError(f"{name} expected value of shape (n, s, v) = {(*k[:2], 'v')}, got {v}: pass one for each key")
    check_mask(name, mask, q[1], k[1], causal)


def drawn_mask(rng: np.random.Generator, t: int, s: int) -> NDArray[np.bool_]:
    """Return a mask that leaves every query its first key, so that causal attention has one too.

    Example:
        >>> bool(drawn_mask(np.random.default_rng(0), 3, 4)[:, 0].all())
        True
    """
    mask = rng.random((t, s)) < 0.6  # noqa: PLR2004  # more than half stay
    mask[:, 0] = True
    return mask


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, t, s, d, v = (int(one) for one in rng.integers(1, 5, 5))
    arrays = (rng.normal(size=shape) for shape in ((n, t, d), (n, s, d), (n, s, v)))
    return (*arrays, drawn_mask(rng, t, s)), {"causal": bool(rng.integers(0, 2))}


def _picture() -> Picture:
    return attention_picture(attention_weights_reference, scaled_dot_product_attention_reference)


SCALED_DOT_PRODUCT_ATTENTION: Final = Layer(
    name="scaled_dot_product_attention",
    aliases=("attention", "sdpa", "Attention", "dot-product attention", "self-attention"),
    title="scaled dot-product attention",
    summary="Each query takes the mean of all values, weighted by how well its key matches.",
    formula="y = softmax(Q K^T / sqrt(d)) V",
    latex=r"Y = \mathrm{softmax}\left(\frac{Q K^{T}}{\sqrt{d}}\right) V",
    arguments=(
        Argument(name="query", shapes=("(n, t, d)",), meaning="Q, what is looked for"),
        Argument(name="key", shapes=("(n, s, d)",), meaning="K, what it is compared with"),
        Argument(name="value", shapes=("(n, s, v)",), meaning="V, what is taken"),
        Argument(
            name="mask",
            shapes=("(t, s)",),
            meaning="true where a query may look, or None; truth values",
            values="zero or one",
            differentiable=False,
        ),
    ),
    options=(CAUSAL,),
    result="(n, t, v): weighted means of the values",
    reference=scaled_dot_product_attention_reference,
    reference_backward=scaled_dot_product_attention_reference_backward,
    fast=scaled_dot_product_attention,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of queries, unless masked or causal"),
    parameters="none",
    module="torch.nn.functional.scaled_dot_product_attention",
    drawn=_picture,
    when="Sequences and sets whose parts refer to one another over any distance.",
    when_not="Very long sequences: time and memory grow with t s. And order must be told: see `positional_encoding`.",
    mistakes=(
        "Meaning of the mask: here, as in PyTorch's function, true may look; in MultiheadAttention true is forbidden.",
        "Leaving out the root: with d = 512 products are so large that the softmax picks one key and learns nothing.",
        "A query that may look nowhere: the softmax of nothing is not a number. It is refused here.",
        "Softmax along the queries instead of the keys: the rows must sum to 1.",
    ),
    source="A. Vaswani et al., Attention is all you need, 2017, equation 1. Without dropout.",
)
