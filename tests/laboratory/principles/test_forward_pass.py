"""The forward pass: the numbers of the classroom example, and matrices that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.principles.forward_pass import W1, ForwardPass


@pytest.mark.knowledge("F3")
def test_the_numbers_of_the_example() -> None:
    p = ForwardPass().run()["p"]
    assert p.shape == (7, 3)
    np.testing.assert_allclose(p[0], [0.72780576, 0.26927918, 0.00291506], atol=5e-9)
    np.testing.assert_allclose(p[-1], [0.52510443, 0.4725011, 0.00239447], atol=5e-9)


@pytest.mark.knowledge("F3")
def test_the_single_input_gives_what_it_gives_in_the_batch() -> None:
    alone = ForwardPass(inputs=((0.5, 0.8, 0.2),)).run()
    np.testing.assert_allclose(alone["p"][0], ForwardPass().run()["p"][0], rtol=1e-12)
    # by hand: .5·2 + .8·(-1) + .2·3 = .8, and sigmoid(.8) = .68997
    assert alone["za"][0, 0] == pytest.approx(0.8)
    assert alone["a"][0, 0] == pytest.approx(0.68997, abs=1e-5)


def test_own_sizes() -> None:
    result = ForwardPass(
        inputs=((1.0, -1.0),),
        first_weights=((1.0,), (2.0,)),
        second_weights=((1.0, 0.0),),
        last_weights=((1.0,), (1.0,)),
    ).run()
    assert result["p"].tolist() == [[1.0]]
    assert all(claim.holds for claim in result.claims)
    assert len(result.picture.frames) == 1 + 1 + 2 + 1 + 1


@pytest.mark.parametrize("weights", [W1[:2], ((1.0, 2.0), (1.0,), (1.0,)), ((), (), ()), ()])
def test_matrices_must_fit(weights: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(
        ShapeError,
        match="forward_pass expected first_weights to (be 3 rows, got 2|have rows of one length|hold numbers)",
    ):
        ForwardPass(first_weights=weights)


def test_inputs_must_be_there() -> None:
    with pytest.raises(ShapeError, match="forward_pass expected inputs to hold numbers, got none"):
        ForwardPass(inputs=())
