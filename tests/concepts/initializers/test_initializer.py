"""Initializers: moments by the closed form, the same distribution from NumPy and torch, fans as torch counts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from pellucid.concepts import initializers
from pellucid.concepts.initializers.catalogue import INITIALIZERS
from pellucid.concepts.initializers.initializer import Initializer, fans
from pellucid.foundation.errors import ShapeError

SHAPE = (200, 100, 3, 1)  # fan_in 300, fan_out 600
# standard deviation by hand; bound where there is one
SPREADS: list[tuple[str, dict[str, Any], float, float]] = [
    ("small_normal", {}, 0.01, np.inf),
    ("small_normal", {"spread": 2.0}, 2.0, np.inf),
    ("uniform", {}, 0.05 / 3**0.5, 0.05),
    ("uniform", {"low": -3.0, "high": 3.0}, 3**0.5, 3.0),
    ("truncated_normal", {}, 0.02 * 0.7737413**0.5, 0.04),  # variance 1 - 4 φ(2) / (2 Φ(2) - 1) of the normal cut at 2
    ("xavier_normal", {}, (2 / 900) ** 0.5, np.inf),
    ("xavier_uniform", {}, (2 / 900) ** 0.5, (6 / 900) ** 0.5),
    ("he_normal", {}, (2 / 300) ** 0.5, np.inf),
    ("he_normal", {"mode": "fan_out"}, (2 / 600) ** 0.5, np.inf),
    ("he_uniform", {}, (2 / 300) ** 0.5, (6 / 300) ** 0.5),
    ("he_uniform", {"mode": "fan_out"}, (2 / 600) ** 0.5, (6 / 600) ** 0.5),
    ("lecun_normal", {}, (1 / 300) ** 0.5, np.inf),
    ("lecun_uniform", {}, (1 / 300) ** 0.5, (3 / 300) ** 0.5),
]


@pytest.mark.knowledge("F5")
@pytest.mark.parametrize(("name", "options", "spread", "bound"), SPREADS, ids=str)
def test_moments_and_bounds_and_the_distribution_of_torch(
    name: str, options: dict[str, Any], spread: float, bound: float
) -> None:
    record = getattr(initializers, name)
    ours = record.reference(SHAPE, np.random.default_rng(0), **options)
    theirs = record.fast(SHAPE, torch.Generator().manual_seed(0), **options).numpy()
    for weights in (ours, theirs):
        assert weights.shape == SHAPE
        assert weights.std() == pytest.approx(spread, rel=0.02)  # 60,000 numbers: standard error 0.3 %
        assert abs(weights.mean()) < 5 * spread / weights.size**0.5
        assert np.abs(weights).max() <= bound
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 1e-3


@pytest.mark.parametrize(
    ("name", "options", "value"), [("zeros", {}, 0), ("ones", {}, 1), ("constant", {"value": 3}, 3)]
)
def test_fixed_weights(name: str, options: dict[str, Any], value: float) -> None:
    record = getattr(initializers, name)
    assert (record.reference((2, 3), np.random.default_rng(0), **options) == np.full((2, 3), value)).all()
    assert (record.fast((2, 3), torch.Generator(), **options).numpy() == np.full((2, 3), value)).all()


@pytest.mark.parametrize("shape", [(5, 5), (3, 8), (8, 3), (4, 2, 3, 3)])
def test_orthogonal_rows_or_columns(shape: tuple[int, ...]) -> None:
    record = initializers.orthogonal
    for weights in (
        record.reference(shape, np.random.default_rng(0), gain=2.0),
        record.fast(shape, torch.Generator().manual_seed(0), gain=2.0).numpy(),
    ):
        matrix = weights.reshape(shape[0], -1)
        product = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
        np.testing.assert_allclose(product, 4 * np.eye(min(matrix.shape)), atol=1e-12)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 3, 2), (5, 7, 3, 2, 4)])
def test_fans_are_those_of_torch(shape: tuple[int, ...]) -> None:
    assert fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))


def test_a_bias_has_no_fans() -> None:
    with pytest.raises(ShapeError, match=r"fans expected shape \(out, in\)"):
        initializers.he_normal.reference((3,), np.random.default_rng(0))


@pytest.mark.knowledge("F5")
def test_he_keeps_relu_alive_and_small_numbers_vanish() -> None:
    def relu(z: np.ndarray) -> np.ndarray:
        return np.maximum(0, z)

    assert 0.2 < initializers.he_normal.spreads(relu)[-1] < 5
    assert initializers.small_normal.spreads(relu)[-1] < 1e-12
    # by hand: each ReLU layer keeps half of the variance, 20 of them 2^-10 of the spread
    assert initializers.xavier_normal.spreads(relu)[-1] == pytest.approx(2**-10, rel=0.9)


@pytest.mark.parametrize("record", INITIALIZERS, ids=lambda one: one.name)
def test_each_record_is_an_attribute_of_the_package(record: Initializer) -> None:
    assert getattr(initializers, record.name) is record
    assert record.name in dir(initializers)
