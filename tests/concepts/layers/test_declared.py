"""Declared symmetries of layers hold: examples permuted, places permuted, pictures moved; linear ones are linear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid.concepts.layers.blocks.dense_block import dense_block_reference
from pellucid.concepts.layers.blocks.residual_block import residual_block_reference
from pellucid.concepts.layers.blocks.transition import TRANSITION, transition_reference
from pellucid.concepts.layers.catalogue import LAYERS
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.batch_norm import BATCH_NORM
from pellucid.concepts.layers.normalization.group_norm import GROUP_NORM
from pellucid.concepts.layers.normalization.instance_norm import INSTANCE_NORM
from pellucid.concepts.layers.regularization.dropout import DROPOUT
from pellucid.concepts.layers.regularization.spatial_dropout import SPATIAL_DROPOUT
from pellucid.concepts.layers.transformers.scaled_dot_product_attention import SCALED_DOT_PRODUCT_ATTENTION
from pellucid.concepts.layers.transformers.transformer_encoder_block import TRANSFORMER_ENCODER_BLOCK

PERMUTED = [one for one in LAYERS if "permutation of examples" in one.equivariant and one.sample]
SAMPLES = 5


def permuted(array: np.ndarray, letters: str, order: np.ndarray) -> np.ndarray:
    """The examples in another order, where the declared shape has an axis of examples."""
    axes = letters.strip("()").replace(" ", "").split(",")
    return array.take(order, axis=axes.index("n")) if "n" in axes else array


def outputs(layer: Layer, inputs: list[np.ndarray], options: dict[str, Any]) -> tuple[np.ndarray, ...]:
    output = layer.reference(*inputs, **options)
    return output if isinstance(output, tuple) else (output,)


@pytest.mark.parametrize("layer", PERMUTED, ids=lambda one: one.name)
@pytest.mark.parametrize("seed", range(SAMPLES))
def test_permuting_examples_permutes_the_output(layer: Layer, seed: int) -> None:
    inputs, options = layer.sample(np.random.default_rng(seed))  # type: ignore[misc]
    order = np.random.default_rng(seed).permutation(len(inputs[0]))
    letters = [one.shapes[0] for one in layer.arguments]
    moved = [permuted(one, shape, order) for one, shape in zip(inputs, letters, strict=True)]
    before, after = (outputs(layer, list(one), options) for one in (inputs, moved))
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        axis = 1 if place and one.ndim == 3 else 0  # last states are (walks, n, h)
        np.testing.assert_allclose(other, one.take(order, axis=axis), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("layer", [BATCH_NORM, GROUP_NORM, INSTANCE_NORM], ids=lambda one: one.name)
def test_permuting_places_permutes_the_output(layer: Layer) -> None:
    inputs, options = layer.sample(np.random.default_rng(0))  # type: ignore[misc]
    x, *rest = inputs
    before, after = (layer.reference(one, *rest, **options) for one in (x, x[:, :, ::-1]))
    np.testing.assert_allclose(after, before[:, :, ::-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("layer", [SCALED_DOT_PRODUCT_ATTENTION, TRANSFORMER_ENCODER_BLOCK], ids=lambda one: one.name)
@pytest.mark.parametrize("causal", [False, True])
def test_attention_knows_no_order_unless_causal(layer: Layer, causal: bool) -> None:
    rng = np.random.default_rng(0)
    if layer is SCALED_DOT_PRODUCT_ATTENTION:
        q, k, v = rng.normal(size=(3, 2, 4, 3))
        before, after = (layer.reference(one, k, v, causal=causal) for one in (q, q[:, ::-1]))
    else:
        shapes = ((12, 4), (12,), (4, 4), (4,), (5, 4), (5,), (4, 5), (4,), (4,), (4,), (4,), (4,))
        weights = [rng.normal(size=shape) for shape in shapes]
        x = rng.normal(size=(2, 4, 4))
        before, after = (layer.reference(one, *weights, heads=2, causal=causal) for one in (x, x[:, ::-1]))
    assert np.allclose(after, before[:, ::-1]) is not causal


def test_moving_the_picture_moves_the_output_of_blocks() -> None:
    rng = np.random.default_rng(0)
    x = np.zeros((1, 2, 14, 14))
    x[:, :, 4:8, 4:8] = rng.normal(size=(1, 2, 4, 4))  # far from the rim
    weights = (rng.normal(size=(3, 2, 3, 3)), np.zeros(3), rng.normal(size=(2, 3, 3, 3)), np.zeros(2))
    kernels = rng.normal(size=(2, 3, 5, 3, 3))
    for block, by in (
        (lambda one: residual_block_reference(one, *weights), 1),
        (lambda one: dense_block_reference(one, kernels), 1),
        (lambda one: transition_reference(one, np.ones((1, 2))), 2),
    ):
        before, after = block(x), block(np.roll(x, by, axis=3))
        step = by * before.shape[3] // x.shape[3]
        np.testing.assert_allclose(after, np.roll(before, step, axis=3), atol=1e-12)


@pytest.mark.parametrize("layer", [DROPOUT, SPATIAL_DROPOUT, TRANSITION], ids=lambda one: one.name)
def test_linear_layers_are_linear(layer: Layer) -> None:
    assert layer.linear
    rng = np.random.default_rng(0)
    (x, other), options = layer.sample(rng)  # type: ignore[misc]
    z = rng.normal(size=x.shape)
    apart = 2 * layer.reference(x, other, **options) - 3 * layer.reference(z, other, **options)
    np.testing.assert_allclose(layer.reference(2 * x - 3 * z, other, **options), apart, atol=1e-12)
