"""Every normalization refuses an epsilon below 0 in both forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.batch_norm import BATCH_NORM, batch_norm
from pellucid.concepts.layers.normalization.group_norm import GROUP_NORM
from pellucid.concepts.layers.normalization.instance_norm import INSTANCE_NORM
from pellucid.concepts.layers.normalization.layer_norm import LAYER_NORM
from pellucid.concepts.layers.normalization.rms_norm import RMS_NORM
from pellucid.foundation.errors import RangeError


@pytest.mark.parametrize(
    "layer", [BATCH_NORM, LAYER_NORM, GROUP_NORM, INSTANCE_NORM, RMS_NORM], ids=lambda one: one.name
)
@pytest.mark.parametrize("epsilon", [-1e-3, float("nan")])
def test_an_epsilon_below_0_is_refused(layer: Layer, epsilon: float) -> None:
    inputs, options = layer.sample(np.random.default_rng(0))  # type: ignore[misc]
    sentence = rf"^{layer.name} expected epsilon of at least 0, got (-0\.001|nan): "
    with pytest.raises(RangeError, match=sentence):
        layer.reference(*inputs, **options | {"epsilon": epsilon})
    with pytest.raises(RangeError, match=sentence):
        layer.fast(*map(torch.tensor, inputs), **options | {"epsilon": epsilon})


def test_batch_norm_of_torch_needs_an_epsilon_in_training() -> None:
    one, zero = torch.ones(1), torch.zeros(1)
    with pytest.raises(RangeError, match="batch_norm expected epsilon above 0 in training with torch, got 0: "):
        batch_norm(torch.tensor([[1.0], [3.0]]), one, zero, zero, one, epsilon=0.0)
    assert batch_norm(torch.tensor([[2.0]]), one, zero, zero, one, training=False, epsilon=0.0).item() == 2
