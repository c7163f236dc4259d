"""Multi-head attention: several attentions side by side, each on its own projection, joined by a last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.transformers.scaled_dot_product_attention import (
    CAUSAL,
    attention_weights_reference,
    check_mask,
    drawn_mask,
    scaled_dot_product_attention_reference,
    scaled_dot_product_attention_reference_backward,
)
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

HEADS: Final = 1
AXES: Final = 3  # (n, t, d)
HEADS_OPTION: Final = Option(name="heads", meaning="how many attentions side by side; a divisor of d", low=1)


def multi_head_attention_reference(
    query: Floats,
    key: Floats,
    value: Floats,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    mask: NDArray[np.bool_] | None = None,
    heads: int = HEADS,
    causal: bool = False,
) -> Floats:
    """Return the attention of all heads, joined and projected.

    **Formula** Q = q Wqᵀ + bq, K = k Wkᵀ + bk, V = v Wvᵀ + bv, cut into heads of d / heads numbers each;
    Y = (attention(Q1, K1, V1), …, attention(Qh, Kh, Vh)) side by side; y = Y Woᵀ + bo.

    Args:
        query: q, (n, t, d).
        key: k, (n, s, d).
        value: v, (n, s, d).
        w_in: (3 d, d): the rows of Wq, then Wk, then Wv.
        b_in: (3 d,).
        w_out: Wo, (d, d).
        b_out: bo, (d,).
        mask: (t, s), true where a query may look; None: everywhere.
        heads: a divisor of d.
        causal: whether query i sees keys 0 … i only.

    Returns:
        y, (n, t, d).

    Raises:
        ShapeError: the shapes do not fit, or the heads do not divide d.
        RangeError: a query may look nowhere.

    Example:
        >>> import numpy as np
        >>> x, eye = np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.eye(2)
        >>> w_in = np.concatenate([0 * eye, 0 * eye, eye])
        >>> multi_head_attention_reference(x, x, x, w_in, np.zeros(6), eye, np.zeros(2), heads=2)[0, 0]
        array([2., 3.])
    """
    _check(query, key, value, w_in, b_in, w_out, b_out, mask, heads, causal)
    Q, K, V = _projected((query, key, value), w_in, b_in, heads)
    Y = _joined(scaled_dot_product_attention_reference(Q, K, V, mask, causal), heads)
    return Y @ w_out.T + b_out


def multi_head_attention_reference_backward(
    upstream: Floats,
    query: Floats,
    key: Floats,
    value: Floats,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    mask: NDArray[np.bool_] | None = None,
    heads: int = HEADS,
    causal: bool = False,
) -> tuple[Floats, ...]:
    """Return the gradients by q, k, v, the two matrices and their biases, from upstream = dL/dy.

    **Formula** dY = dy Wo; dWo = Σ dyᵀ Y; back through the attention of each head to dQ, dK, dV; then as for any dense
    layer dq = dQ Wq, dWq = Σ dQᵀ q, dbq = Σ dQ, and likewise for k and v.
    """
    Q, K, V = _projected((query, key, value), w_in, b_in, heads)
    Y = _joined(scaled_dot_product_attention_reference(Q, K, V, mask, causal), heads)
    dY = _cut(upstream @ w_out, heads)
    back = scaled_dot_product_attention_reference_backward(dY, Q, K, V, mask, causal)
    dQ, dK, dV = (_joined(one, heads) for one in back)
    Wq, Wk, Wv = np.split(w_in, 3)
    inputs = ((dQ, query), (dK, key), (dV, value))
    d_w_in = np.concatenate([np.einsum("ntj,nti->ji", d, x) for d, x in inputs])
    d_b_in = np.concatenate([d.sum(axis=(0, 1)) for d, _ in inputs])
    d_w_out = np.einsum("ntj,nti->ji", upstream, Y)
    return dQ @ Wq, dK @ Wk, dV @ Wv, d_w_in, d_b_in, d_w_out, upstream.sum(axis=(0, 1))


def multi_head_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    w_in: Tensor,
    b_in: Tensor,
    w_out: Tensor,
    b_out: Tensor,
    mask: Tensor | None = None,
    heads: int = HEADS,
    causal: bool = False,
) -> Tensor:
    """Return the attention of all heads, joined and projected; see `multi_head_attention_reference`."""
    import torch
    from torch.nn import functional

    _check(query, key, value, w_in, b_in, w_out, b_out, mask, heads, causal)
    weights = zip((query, key, value), w_in.chunk(3), b_in.chunk(3), strict=True)
    q, k, v = (
        functional.linear(x, w, b).reshape(*x.shape[:2], heads, len(w) // heads).transpose(1, 2) for x, w, b in weights
    )
    if causal and mask is not None:
        mask = mask & torch.ones_like(mask).tril()
    y = functional.scaled_dot_product_attention(q, k, v, mask, is_causal=causal and mask is None)
    return functional.linear(y.transpose(1, 2).flatten(2), w_out, b_out)


def _projected(inputs: tuple[Floats, ...], w_in: Floats, b_in: Floats, heads: int) -> tuple[Floats, ...]:
    """Return Q, K and V, cut into heads."""
    parts = zip(inputs, np.split(w_in, 3), np.split(b_in, 3), strict=True)
    return tuple(_cut(x @ w.T + b, heads) for x, w, b in parts)


def _cut(x: Floats, heads: int) -> Floats:
    """Return (n, t, d) as (n heads, t, d / heads): each head is an example of its own."""
    n, t, d = x.shape
    return x.reshape(n, t, heads, d // heads).swapaxes(1, 2).reshape(n * heads, t, d // heads)


def _joined(x: Floats, heads: int) -> Floats:
    """Return (n heads, t, d / heads) as (n, t, d)."""
    many, t, d = x.shape
    return x.reshape(many // heads, heads, t, d).swapaxes(1, 2).reshape(many // heads, t, heads * d)


def _check(
    query: Any, key: Any, value: Any, w_in: Any, b_in: Any, w_out: Any, b_out: Any, mask: Any, heads: int, causal: bool
) -> None:
    name = "multi_head_attention"
    for array, inputs in (("query", query), ("key", key), ("value", value)):
        if len(inputs.shape) != AXES:
            raise ShapeError(f"{name} expected {array} of shape (n, t, d), got {tuple(inputs.shape)}: pass three axes")
    (n, t, d), s = query.shape, key.shape[1]
    wanted = (
        ("key", key, "(n, s, d)", (n, s, d)),
        ("value", value, "(n, s, d)", (n, s, d)),
        ("w_in", w_in, "(3 d, d)", (3 * d, d)),
        ("b_in", b_in, "(3 d,)", (3 * d,)),
        ("w_out", w_out, "(d, d)", (d, d)),
        ("b_out", b_out, "(d,)", (d,)),
    )
    for array, given, letters, shape in wanted:
        if tuple(given.shape) != shape:
            raise ShapeError(
                f"{name} expected {array} of shape {letters} = {shape}, got {tuple(given.shape)}: make it fit the query"
            )
    if not isinstance(heads, int) or heads < 1 or d % heads:
        raise ShapeError(f"{name} expected heads to divide d = {d}, got {heads}: pass a divisor")
    check_mask(name, mask, t, s, causal)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, t, s, heads, width = (int(one) for one in rng.integers(1, 4, 5))
    d = heads * width
    shapes = ((n, t, d), (n, s, d), (n, s, d), (3 * d, d), (3 * d,), (d, d), (d,))
    arrays = tuple(0.7 * rng.normal(size=shape) for shape in shapes)
    return (*arrays, drawn_mask(rng, t, s)), {"heads": heads, "causal": bool(rng.integers(0, 2))}


def _picture() -> Picture:
    rng = np.random.default_rng(3)
    heads, names = 4, tuple(f"{place}" for place in range(6))
    x = rng.normal(size=(1, 6, 8))
    Q, K, _ = _projected((x, x, x), rng.normal(size=(24, 8)) * 0.7, np.zeros(24), heads)
    A = attention_weights_reference(Q, K)
    strongest = [int(one[0].argmax()) for one in A]
    return Picture(
        alt=f"The weights of {heads} heads on one sequence of 6 steps with d = 8, two numbers each. The heads "
        f"differ: in heads 1 to {heads} the first query looks most at steps {', '.join(map(str, strongest))}.",
        panels=tuple(
            Cells(values=one, title=f"head {place + 1}", row_names=names, column_names=names, low=0.0, high=1.0)
            for place, one in enumerate(A)
        ),
    )


MULTI_HEAD_ATTENTION: Final = Layer(
    name="multi_head_attention",
    aliases=("mha", "MultiheadAttention", "MultiHeadAttention"),
    title="multi-head attention",
    summary="Several attentions side by side, each on a projection of its own, joined by a last projection.",
    formula="y = (attention(Q1, K1, V1), ..., attention(Qh, Kh, Vh)) Wo^T + bo, "
    "with Q = q Wq^T + bq, K = k Wk^T + bk, V = v Wv^T + bv cut into h heads",
    latex=r"y = \left(H_1, \dots, H_h\right) W_o^{T} + b_o, \quad H_i = \mathrm{attention}\left(Q_i, K_i, V_i\right), "
    r"\quad Q = q W_q^{T} + b_q, \quad K = k W_k^{T} + b_k, \quad V = v W_v^{T} + b_v",
    arguments=(
        Argument(name="query", shapes=("(n, t, d)",), meaning="q, what looks"),
        Argument(name="key", shapes=("(n, s, d)",), meaning="k, what is looked at"),
        Argument(name="value", shapes=("(n, s, d)",), meaning="v, what is taken"),
        Argument(name="w_in", shapes=("(3 d, d)",), meaning="Wq, Wk, Wv below one another"),
        Argument(name="b_in", shapes=("(3 d,)",), meaning="their biases"),
        Argument(name="w_out", shapes=("(d, d)",), meaning="Wo, joins the heads"),
        Argument(name="b_out", shapes=("(d,)",), meaning="its bias"),
        Argument(
            name="mask",
            shapes=("(t, s)",),
            meaning="true where a query may look, or None; truth values",
            values="zero or one",
            differentiable=False,
        ),
    ),
    options=(HEADS_OPTION, CAUSAL),
    result="(n, t, d)",
    reference=multi_head_attention_reference,
    reference_backward=multi_head_attention_reference_backward,
    fast=multi_head_attention,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of queries, unless masked or causal"),
    parameters="4 d d + 4 d, whatever the number of heads",
    module="torch.nn.MultiheadAttention",
    drawn=_picture,
    when="Inside a transformer: heads of 32 to 128 numbers each, so that one step can look at several places at once.",
    when_not="A handful of features: one head. Very long sequences: time grows with the square of the length.",
    mistakes=(
        "PyTorch's MultiheadAttention takes (t, n, d) unless batch_first=True, and true in its mask forbids.",
        "More heads do not mean more weights: each becomes narrower.",
        "A mask in the wrong sense, for padding or for causality: check it on three steps by hand.",
    ),
    source="A. Vaswani et al., Attention is all you need, 2017, section 3.2.2. No dropout; with PyTorch's biases.",
)
