"""Back-propagation: Mazur's numbers, own sizes, saturation, and shapes that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid.drawing.records import MOST_FRAMES
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.principles.back_propagation import BackPropagation


@pytest.mark.knowledge("F7")
def test_the_numbers_of_the_published_example() -> None:
    # M. Mazur, A Step by Step Backpropagation Example, 2015; he leaves the biases as they are
    result = BackPropagation().run()
    np.testing.assert_allclose(result["a1"], [0.593269992, 0.596884378], atol=5e-10)
    np.testing.assert_allclose(result["a2"], [0.75136507, 0.772928465], atol=5e-9)
    assert result["E"] == pytest.approx(0.298371109, abs=5e-10)
    assert result["dW2"][0, 0] == pytest.approx(0.082167041, abs=5e-10)
    assert result["dW1"][0, 0] == pytest.approx(0.000438568, abs=5e-10)
    np.testing.assert_allclose(result["W1"], [[0.149780716, 0.24975114], [0.19956143, 0.29950229]], atol=5e-9)
    np.testing.assert_allclose(result["W2"], [[0.35891648, 0.51130127], [0.408666186, 0.561370121]], atol=5e-9)


@pytest.mark.knowledge("F7")
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_own_sizes_agree_with_autograd_and_differences(activation: str) -> None:
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        numbers = rng.normal(size=shape).tolist()
        return tuple(tuple(row) if isinstance(row, list) else row for row in numbers)

    result = BackPropagation(
        inputs=drawn(6),
        targets=drawn(5),
        first_weights=drawn(6, 9),
        first_biases=drawn(9),
        second_weights=drawn(9, 5),
        second_biases=drawn(5),
        activation=activation,
        rate=0.01,
    ).run()
    assert all(claim.holds for claim in result.claims)
    assert len(result.picture.frames) == MOST_FRAMES  # 150 numbers: some steps are left out


def test_a_step_too_long_says_so() -> None:
    result = BackPropagation(targets=(0.7, 0.7), activation="tanh", rate=100.0).run()
    step = result.claims[-1]
    assert not step.holds
    assert step.measured.startswith("E is now")


def test_saturated_units_send_nothing_back() -> None:
    result = BackPropagation(first_biases=(50.0, 50.0)).run()
    assert np.abs(result["dW1"]).max() < 1e-12
    assert np.abs(result["dW2"]).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_weights", ((0.1, 0.2),)),
        ("first_weights", ((0.1,), (0.2,))),
        ("second_weights", ((0.1, 0.2),)),
        ("second_biases", (0.1,)),
        ("inputs", (1.0,)),
    ],
)
def test_sizes_must_fit(name: str, value: Any) -> None:
    with pytest.raises(ShapeError, match="back_propagation expected .* for .* inputs"):
        BackPropagation(**{name: value})
