"""Declared properties of dense, convolution and pooling layers hold, and fail where they are declared not to hold."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pellucid.concepts.layers.catalogue import LAYERS
from pellucid.concepts.layers.layer import Layer

PACKAGES = ("basic", "convolution", "pooling")
WITH_NUMBERS = [
    one
    for one in LAYERS
    if one.reference.__module__.split(".")[-2] in PACKAGES and one.arguments[0].values == "numbers"
]


@pytest.mark.parametrize("layer", WITH_NUMBERS, ids=lambda one: one.name)
def test_linear_layers_are_linear_without_bias_and_others_are_not(layer: Layer) -> None:
    assert all(additive(layer, seed) for seed in range(8)) is layer.linear


def additive(layer: Layer, seed: int) -> bool:
    """Whether f(2 x - 3 z) = 2 f(x) - 3 f(z) for a random case, with a bias of zero."""
    rng = np.random.default_rng(seed)
    shapes = [(3,) * len(re.findall(r"\w+", one.shapes[0])) for one in layer.arguments]
    inputs, options = layer.sample(rng) if layer.sample else (tuple(map(np.ones, shapes)), {})
    pairs = list(zip(inputs, layer.arguments, strict=True))[1:]
    rest = [np.zeros(one.shape) if argument.name == "b" else rng.normal(size=one.shape) for one, argument in pairs]
    x, z = rng.normal(size=(2, *inputs[0].shape))
    mixed, of_x, of_z = (layer.reference(one, *rest, **options) for one in (2 * x - 3 * z, x, z))
    return np.allclose(mixed, 2 * of_x - 3 * of_z)


@pytest.mark.parametrize(
    "layer", [one for one in WITH_NUMBERS if "permutation of channels" in one.equivariant], ids=lambda one: one.name
)
def test_pooling_commutes_with_a_permutation_of_channels(layer: Layer) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 6, 6))
    order = [2, 0, 1]
    np.testing.assert_array_equal(layer.reference(x[:, order]), layer.reference(x)[:, order])
