from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.laboratory.training.dropout_modes import DropoutModes


@pytest.mark.knowledge("G8")
def test_the_spread_over_the_masks_is_that_of_the_formula() -> None:
    result = DropoutModes(units=2, masks=20_000, p=0.3).run()
    # Two units: four masks, so at most four outputs, and one of them is 0.
    assert len(np.unique(result["linear"].round(12))) == 4
    assert np.abs(result["linear"]).min() == 0
    assert result["linear"].mean() == pytest.approx(result["linear eval"], abs=0.1)


@pytest.mark.knowledge("G8")
def test_pytorch_divides_in_the_same_way() -> None:
    layer = torch.nn.Dropout(0.75)
    assert set(layer(torch.ones(100)).tolist()) <= {0.0, 4.0}
    assert layer.eval()(torch.ones(3)).tolist() == [1.0, 1.0, 1.0]
