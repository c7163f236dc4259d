"""Attention beside torch.nn.MultiheadAttention and TransformerEncoderLayer; masks; positions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.concepts.layers.transformers.multi_head_attention import MULTI_HEAD_ATTENTION
from pellucid.concepts.layers.transformers.positional_encoding import POSITIONAL_ENCODING, positional_encoding_reference
from pellucid.concepts.layers.transformers.scaled_dot_product_attention import (
    SCALED_DOT_PRODUCT_ATTENTION,
    attention_weights_reference,
    scaled_dot_product_attention_reference,
)
from pellucid.concepts.layers.transformers.transformer_encoder_block import TRANSFORMER_ENCODER_BLOCK
from pellucid.foundation.errors import RangeError, ShapeError


def numbers(*parameters: torch.Tensor) -> list[np.ndarray]:
    return [one.detach().numpy() for one in parameters]


@pytest.mark.knowledge("G12")
@settings(max_examples=25, deadline=None)
@given(
    heads=st.integers(1, 3), t=st.integers(1, 5), s=st.integers(1, 5), causal=st.booleans(), seed=st.integers(0, 999)
)
def test_heads_as_the_torch_module(heads: int, t: int, s: int, causal: bool, seed: int) -> None:
    torch.manual_seed(seed)
    d = 2 * heads
    module = torch.nn.MultiheadAttention(d, heads, batch_first=True, dtype=torch.float64)
    torch.nn.init.normal_(module.in_proj_bias)  # zeros would hide a wrong order
    q, k, v = (torch.randn(2, size, d, dtype=torch.float64, requires_grad=True) for size in (t, s, s))
    forbidden = torch.ones(t, s, dtype=torch.bool).triu(1) if causal else None  # true forbids there
    y, _ = module(q, k, v, attn_mask=forbidden, need_weights=False)
    upstream = torch.randn_like(y)
    y.backward(upstream)
    out = module.out_proj
    parameters = (module.in_proj_weight, module.in_proj_bias, out.weight, out.bias)
    inputs = numbers(q, k, v, *parameters)
    options = {"heads": heads, "causal": causal}
    np.testing.assert_allclose(MULTI_HEAD_ATTENTION.reference(*inputs, **options), y.detach(), rtol=1e-9, atol=1e-12)
    gradients = MULTI_HEAD_ATTENTION.reference_backward(upstream.numpy(), *inputs, **options)
    for ours, leaf in zip(gradients, (q, k, v, *parameters), strict=True):
        np.testing.assert_allclose(ours, leaf.grad, rtol=1e-7, atol=1e-10)


@pytest.mark.knowledge("G12")
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("causal", [False, True])
def test_block_as_the_torch_module(norm_first: bool, causal: bool) -> None:
    torch.manual_seed(0)
    module = torch.nn.TransformerEncoderLayer(
        6, 2, 10, dropout=0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter)
    x = torch.randn(3, 4, 6, dtype=torch.float64, requires_grad=True)
    forbidden = torch.ones(4, 4, dtype=torch.bool).triu(1) if causal else None
    y = module(x, src_mask=forbidden)
    upstream = torch.randn_like(y)
    y.backward(upstream)
    attention = module.self_attn
    parameters = (
        *(attention.in_proj_weight, attention.in_proj_bias, attention.out_proj.weight, attention.out_proj.bias),
        *(module.linear1.weight, module.linear1.bias, module.linear2.weight, module.linear2.bias),
        *(module.norm1.weight, module.norm1.bias, module.norm2.weight, module.norm2.bias),
    )
    inputs = numbers(x, *parameters)
    options = {"heads": 2, "norm_first": norm_first, "causal": causal}
    np.testing.assert_allclose(TRANSFORMER_ENCODER_BLOCK.reference(*inputs, **options), y.detach(), rtol=1e-9)
    gradients = TRANSFORMER_ENCODER_BLOCK.reference_backward(upstream.numpy(), *inputs, **options)
    for ours, leaf in zip(gradients, (x, *parameters), strict=True):
        np.testing.assert_allclose(ours, leaf.grad, rtol=1e-7, atol=1e-9)


@pytest.mark.knowledge("G12")
def test_causal_attention_never_looks_ahead() -> None:
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 1, 5, 4))
    before = scaled_dot_product_attention_reference(q, k, v, causal=True)
    k[:, 3:], v[:, 3:] = 100.0, 100.0
    after = scaled_dot_product_attention_reference(q, k, v, causal=True)
    np.testing.assert_array_equal(after[:, :3], before[:, :3])
    assert not np.allclose(after[:, 3:], before[:, 3:])


def test_the_order_of_keys_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    (q, k, v), order = rng.normal(size=(3, 2, 5, 4)), rng.permutation(5)
    mixed = scaled_dot_product_attention_reference(q, k[:, order], v[:, order])
    np.testing.assert_allclose(mixed, scaled_dot_product_attention_reference(q, k, v))


def test_weights_sum_to_1_even_for_huge_products() -> None:
    A = attention_weights_reference(np.full((1, 2, 3), 1e4), np.random.default_rng(0).normal(size=(1, 4, 3)))
    np.testing.assert_allclose(A.sum(axis=2), 1.0)


@pytest.mark.parametrize("form", ["reference", "fast"])
def test_a_query_that_may_look_nowhere_is_refused(form: str) -> None:
    one, mask = np.ones((1, 2, 1)), np.array([[True, True], [False, False]])
    arrays = [one, one, one, mask] if form == "reference" else [torch.tensor(a) for a in (one, one, one, mask)]
    with pytest.raises(RangeError, match="got none for query 1"):
        getattr(SCALED_DOT_PRODUCT_ATTENTION, form)(*arrays)


@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_a_mask_of_numbers_is_refused(kind: type) -> None:
    """PyTorch would add it to the products."""
    one, mask = np.ones((1, 2, 1)), np.eye(2, dtype=kind)
    with pytest.raises(RangeError, match="expected mask to hold truth values, got .*64: pass mask > 0"):
        SCALED_DOT_PRODUCT_ATTENTION.reference(one, one, one, mask)
    with pytest.raises(RangeError, match="expected mask to hold truth values, got .*64: pass mask > 0"):
        SCALED_DOT_PRODUCT_ATTENTION.fast(*map(torch.tensor, (one, one, one, mask)))


def test_positions_of_whole_numbers_and_of_a_base_below_1() -> None:
    x = np.ones((1, 3, 4), dtype=np.int64)
    np.testing.assert_allclose(POSITIONAL_ENCODING.fast(torch.tensor(x)), positional_encoding_reference(x), rtol=1e-9)
    for form, one in ((positional_encoding_reference, x), (POSITIONAL_ENCODING.fast, torch.tensor(x))):
        with pytest.raises(RangeError, match="positional_encoding expected base of at least 1, got 0"):
            form(one, base=0.0)


def test_without_a_mask_the_fast_form_agrees() -> None:
    x = np.random.default_rng(0).normal(size=(1, 3, 2))
    theirs = SCALED_DOT_PRODUCT_ATTENTION.fast(*[torch.tensor(x)] * 3, causal=True)
    np.testing.assert_allclose(scaled_dot_product_attention_reference(x, x, x, causal=True), theirs, rtol=1e-9)


def test_shapes_that_do_not_fit_are_refused() -> None:
    x = np.ones((1, 2, 4))
    with pytest.raises(ShapeError, match="make it as wide as the query"):
        scaled_dot_product_attention_reference(x, x[..., :3], x)
    with pytest.raises(ShapeError, match="pass one for each key"):
        scaled_dot_product_attention_reference(x, x, x[:, :1])
    weights = (np.ones((12, 4)), np.ones(12), np.ones((4, 4)), np.ones(4))
    for heads in (3, 2.0):
        with pytest.raises(ShapeError, match=f"heads to divide d = 4, got {heads}"):
            MULTI_HEAD_ATTENTION.reference(x, x, x, *weights, heads=heads)
    with pytest.raises(ShapeError, match="pass a batch of sequences"):
        positional_encoding_reference(x[0])


@pytest.mark.knowledge("G12")
def test_positions_are_waves() -> None:
    # Vaswani et al. 2017, 3.5: the code of t + k is a rotation of that of t, so their product hangs on k only
    P = positional_encoding_reference(np.zeros((1, 40, 8)))[0]
    products = P @ P.T
    for k in (1, 5, 11):
        np.testing.assert_allclose(np.diag(products, k), products[0, k], rtol=1e-9)
