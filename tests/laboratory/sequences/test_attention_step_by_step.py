"""Attention by hand, beside the layer."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.concepts.layers.transformers.scaled_dot_product_attention import scaled_dot_product_attention_reference
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.sequences.attention_step_by_step import AttentionStepByStep


@pytest.mark.knowledge("G12")
@pytest.mark.parametrize("causal", [False, True])
def test_the_last_step_is_the_layer(causal: bool) -> None:
    result = AttentionStepByStep(causal=causal).run()
    x = result["x"][None]
    layer = scaled_dot_product_attention_reference(x, x, x, causal=causal)[0]
    np.testing.assert_allclose(result["output"], layer, rtol=1e-12)
    assert [claim.holds for claim in result.claims] == [True, True, not causal]  # a causal mask is an order


@pytest.mark.knowledge("G12")
def test_two_vectors_by_hand() -> None:
    # scores 1 and 0 over sqrt(2): e^0.7071 / (e^0.7071 + 1) = 0.66976
    weights = AttentionStepByStep(x=((1.0, 0.0), (0.0, 1.0))).run()["weights"]
    assert weights[0, 0] == pytest.approx(0.66976, abs=1e-5)


def test_more_rows_than_can_be_shown_are_refused() -> None:
    with pytest.raises(ShapeError, match="rows, got 40: the picture has a cell for each pair"):
        AttentionStepByStep(x=((1.0,),) * 40)
