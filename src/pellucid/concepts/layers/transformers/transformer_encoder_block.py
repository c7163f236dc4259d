"""The transformer's encoder block: attention, then a small dense network, on residual paths with normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.channels import EPSILON
from pellucid.concepts.layers.normalization.layer_norm import (
    layer_norm_reference,
    layer_norm_reference_backward,
)
from pellucid.concepts.layers.transformers.multi_head_attention import (
    HEADS,
    HEADS_OPTION,
    multi_head_attention,
    multi_head_attention_reference,
    multi_head_attention_reference_backward,
)
from pellucid.concepts.layers.transformers.scaled_dot_product_attention import CAUSAL
from pellucid.drawing.records import Edge, Graph, Node, Picture, Role
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 3
NAMES: Final = (
    "w_in", "b_in", "w_out", "b_out", "w_1", "b_1", "w_2", "b_2", "scale_1", "shift_1", "scale_2", "shift_2",
)  # fmt: skip


def transformer_encoder_block_reference(
    x: Floats,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    w_1: Floats,
    b_1: Floats,
    w_2: Floats,
    b_2: Floats,
    scale_1: Floats,
    shift_1: Floats,
    scale_2: Floats,
    shift_2: Floats,
    heads: int = HEADS,
    norm_first: bool = False,
    causal: bool = False,
) -> Floats:
    """Return the sequences after self-attention and a dense network, each with a residual path and a normalization.

    **Formula** with A = self-attention, F(u) = max(0, u W1ᵀ + b1) W2ᵀ + b2, N = layer normalization:
    after each sum (post-norm) u = N1(x + A(x)), y = N2(u + F(u)); before each part (pre-norm) u = x + A(N1(x)),
    y = u + F(N2(u)).

    Args:
        x: (n, t, d).
        w_in: (3 d, d), of the attention, as `multi_head_attention_reference` has it.
        b_in: (3 d,).
        w_out: (d, d).
        b_out: (d,).
        w_1: W1, (m, d).
        b_1: (m,).
        w_2: W2, (d, m).
        b_2: (d,).
        scale_1: of the first normalization, (d,).
        shift_1: (d,).
        scale_2: of the second, (d,).
        shift_2: (d,).
        heads: a divisor of d.
        norm_first: pre-norm instead of post-norm.
        causal: whether a step sees only itself and those before.

    Returns:
        y, (n, t, d).

    Raises:
        ShapeError: the shapes do not fit, or the heads do not divide d.

    Example:
        >>> import numpy as np
        >>> o, i = np.zeros((2, 2)), np.ones(2)
        >>> weights = (np.zeros((6, 2)), np.zeros(6), o, 0 * i, o, 0 * i, o, 0 * i, i, 0 * i, i, 0 * i)
        >>> transformer_encoder_block_reference(np.array([[[3.0, 5.0]]]), *weights, norm_first=True)
        array([[[3., 5.]]])
    """
    _check(x, w_1, w_in, b_in, w_out, b_out, w_1, b_1, w_2, b_2, scale_1, shift_1, scale_2, shift_2)
    attention = (w_in, b_in, w_out, b_out, None, heads, causal)
    v = layer_norm_reference(x, scale_1, shift_1) if norm_first else x
    s = x + multi_head_attention_reference(v, v, v, *attention)
    u = s if norm_first else layer_norm_reference(s, scale_1, shift_1)
    r = layer_norm_reference(u, scale_2, shift_2) if norm_first else u
    q = u + np.maximum(r @ w_1.T + b_1, 0) @ w_2.T + b_2
    return q if norm_first else layer_norm_reference(q, scale_2, shift_2)


def transformer_encoder_block_reference_backward(
    upstream: Floats,
    x: Floats,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    w_1: Floats,
    b_1: Floats,
    w_2: Floats,
    b_2: Floats,
    scale_1: Floats,
    shift_1: Floats,
    scale_2: Floats,
    shift_2: Floats,
    heads: int = HEADS,
    norm_first: bool = False,
    causal: bool = False,
) -> tuple[Floats, ...]:
    """Return the gradients by x and all twelve arrays of weights, from upstream = dL/dy.

    **Formula** the forward pass read backwards; where paths split, their gradients are added: du = dq + back through F.
    """
    attention = (w_in, b_in, w_out, b_out, None, heads, causal)
    v = layer_norm_reference(x, scale_1, shift_1) if norm_first else x
    s = x + multi_head_attention_reference(v, v, v, *attention)
    u = s if norm_first else layer_norm_reference(s, scale_1, shift_1)
    r = layer_norm_reference(u, scale_2, shift_2) if norm_first else u
    z = r @ w_1.T + b_1
    q = u + np.maximum(z, 0) @ w_2.T + b_2
    n1 = n2 = (upstream, np.zeros(0), np.zeros(0))
    if not norm_first:
        n2 = layer_norm_reference_backward(upstream, q, scale_2, shift_2)
    dq = n2[0]
    dz = dq @ w_2 * (z > 0)
    dense = (_outer(dz, r), dz.sum(axis=(0, 1)), _outer(dq, np.maximum(z, 0)), dq.sum(axis=(0, 1)))
    dr = dz @ w_1
    if norm_first:
        n2 = layer_norm_reference_backward(dr, u, scale_2, shift_2)
    du = dq + (n2[0] if norm_first else dr)
    if not norm_first:
        n1 = layer_norm_reference_backward(du, s, scale_1, shift_1)
    ds = du if norm_first else n1[0]
    back = multi_head_attention_reference_backward(ds, v, v, v, *attention)
    dv = back[0] + back[1] + back[2]
    if norm_first:
        n1 = layer_norm_reference_backward(dv, x, scale_1, shift_1)
    dx = ds + (n1[0] if norm_first else dv)
    return dx, *back[3:], *dense, *n1[1:], *n2[1:]


def transformer_encoder_block(
    x: Tensor,
    w_in: Tensor,
    b_in: Tensor,
    w_out: Tensor,
    b_out: Tensor,
    w_1: Tensor,
    b_1: Tensor,
    w_2: Tensor,
    b_2: Tensor,
    scale_1: Tensor,
    shift_1: Tensor,
    scale_2: Tensor,
    shift_2: Tensor,
    heads: int = HEADS,
    norm_first: bool = False,
    causal: bool = False,
) -> Tensor:
    """Return the sequences after one encoder block; see `transformer_encoder_block_reference`."""
    from torch.nn import functional

    _check(x, w_1, w_in, b_in, w_out, b_out, w_1, b_1, w_2, b_2, scale_1, shift_1, scale_2, shift_2)

    def attend(u: Tensor) -> Tensor:
        return multi_head_attention(u, u, u, w_in, b_in, w_out, b_out, None, heads, causal)

    def dense(u: Tensor) -> Tensor:
        return functional.linear(functional.linear(u, w_1, b_1).relu(), w_2, b_2)

    def first(u: Tensor) -> Tensor:
        return functional.layer_norm(u, scale_1.shape, scale_1, shift_1, EPSILON)

    def second(u: Tensor) -> Tensor:
        return functional.layer_norm(u, scale_2.shape, scale_2, shift_2, EPSILON)

    if norm_first:
        x = x + attend(first(x))
        return x + dense(second(x))
    x = first(x + attend(x))
    return second(x + dense(x))


def _outer(upstream: Floats, x: Floats) -> Floats:
    """Return the gradient of a dense layer's weights, over all examples and steps."""
    return np.asarray(np.einsum("ntj,nti->ji", upstream, x))


def _check(x: Any, w_1: Any, *weights: Any) -> None:
    name = "transformer_encoder_block"
    if len(x.shape) != AXES:
        raise ShapeError(f"{name} expected x of shape (n, t, d), got {tuple(x.shape)}: pass a batch of sequences")
    d, m = x.shape[2], w_1.shape[0]
    wanted = ((3 * d, d), (3 * d,), (d, d), (d,), (m, d), (m,), (d, m), *[(d,)] * 5)
    for array, given, shape in zip(NAMES, weights, wanted, strict=True):
        if tuple(given.shape) != shape:
            raise ShapeError(f"{name} expected {array} of shape {shape}, got {tuple(given.shape)}: make it fit x")


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    n, t, heads, width, m = (int(one) for one in (*rng.integers(1, 4, 3), rng.integers(2, 4), rng.integers(1, 5)))
    d = heads * width
    shapes = ((n, t, d), (3 * d, d), (3 * d,), (d, d), (d,), (m, d), (m,), (d, m), *[(d,)] * 5)
    options = {"heads": heads, "norm_first": bool(rng.integers(0, 2)), "causal": bool(rng.integers(0, 2))}
    return tuple(rng.normal(size=shape) for shape in shapes), options


def _picture() -> Picture:
    def column(title: str, norm_first: bool) -> Graph:
        order = (
            ("norm", "attention", "+", "norm", "dense", "+")
            if norm_first
            else ("attention", "+", "norm", "dense", "+", "norm")
        )
        roles: dict[str, Role] = {"attention": "subject", "dense": "subject", "norm": "third", "+": "other"}
        texts = ("x", *order, "y")
        nodes = [
            Node(name=str(place), x=place, y=0, text=text, role=roles.get(text, "quiet"))
            for place, text in enumerate(texts)
        ]
        edges = [Edge(start=str(place), end=str(place + 1)) for place in range(len(texts) - 1)]
        sums = [place for place, text in enumerate(texts) if text == "+"]
        starts = (0, sums[0]) if norm_first else (0, sums[0] + 1)
        for start, end in zip(starts, sums, strict=True):
            side = f"side {end}"
            nodes.append(Node(name=side, x=(start + end) / 2, y=1, text="same", role="quiet"))
            edges += [Edge(start=str(start), end=side, role="other"), Edge(start=side, end=str(end), role="other")]
        return Graph(nodes=tuple(nodes), edges=tuple(edges), title=title)

    return Picture(
        alt="The block as a graph, from x at the left to y at the right: 2 residual paths around attention and dense. "
        "Post-norm normalizes after each sum, so no path is free; with pre-norm x reaches y untouched.",
        panels=(column("post-norm (2017)", norm_first=False), column("pre-norm (norm_first)", norm_first=True)),
        columns=1,
    )


TRANSFORMER_ENCODER_BLOCK: Final = Layer(
    name="transformer_encoder_block",
    aliases=("transformer block", "TransformerEncoderLayer", "TransformerEncoder", "encoder layer"),
    title="transformer encoder block",
    summary="Self-attention, then a small dense network for each step, both on residual paths with normalization.",
    formula="post-norm: u = N1(x + A(x)), y = N2(u + F(u)); pre-norm: u = x + A(N1(x)), y = u + F(N2(u))",
    latex=r"u = N_1\left(x + A(x)\right), \quad y = N_2\left(u + F(u)\right) \quad \mathrm{or} \quad "
    r"u = x + A\left(N_1(x)\right), \quad y = u + F\left(N_2(u)\right)",
    arguments=(
        Argument(name="x", shapes=("(n, t, d)",), meaning="the sequences"),
        Argument(name="w_in", shapes=("(3 d, d)",), meaning="Wq, Wk, Wv of the attention below one another"),
        Argument(name="b_in", shapes=("(3 d,)",), meaning="their biases"),
        Argument(name="w_out", shapes=("(d, d)",), meaning="joins the heads"),
        Argument(name="b_out", shapes=("(d,)",), meaning="its bias"),
        Argument(name="w_1", shapes=("(m, d)",), meaning="first dense layer; m is often 4 d"),
        Argument(name="b_1", shapes=("(m,)",), meaning="its bias"),
        Argument(name="w_2", shapes=("(d, m)",), meaning="second dense layer"),
        Argument(name="b_2", shapes=("(d,)",), meaning="its bias"),
        Argument(name="scale_1", shapes=("(d,)",), meaning="of the first normalization"),
        Argument(name="shift_1", shapes=("(d,)",), meaning="of the first normalization"),
        Argument(name="scale_2", shapes=("(d,)",), meaning="of the second normalization"),
        Argument(name="shift_2", shapes=("(d,)",), meaning="of the second normalization"),
    ),
    options=(HEADS_OPTION, Option(name="norm_first", meaning="pre-norm instead of post-norm"), CAUSAL),
    result="(n, t, d)",
    reference=transformer_encoder_block_reference,
    reference_backward=transformer_encoder_block_reference_backward,
    fast=transformer_encoder_block,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of steps, unless causal"),
    parameters="4 d d + 4 d + 2 d m + m + d + 4 d",
    module="torch.nn.TransformerEncoderLayer",
    drawn=_picture,
    when="Text and other sequences with much data; stacked, after an embedding with positions.",
    when_not="Little data: a recurrent or convolutional network gets by with less. Very long sequences: too slow.",
    mistakes=(
        "Post-norm in deep stacks without a warm-up of the learning rate: training diverges. Pre-norm is calmer.",
        "Pre-norm without one more normalization after the last block.",
        "Forgetting the positions: the block itself does not know the order.",
        "PyTorch's TransformerEncoderLayer drops 10% by default and takes (t, n, d) unless batch_first=True.",
    ),
    source="A. Vaswani et al., 2017 (post-norm); R. Xiong et al., On layer normalization in the transformer, 2020 "
    "(pre-norm). ReLU, epsilon 1e-5, without dropout.",
)
