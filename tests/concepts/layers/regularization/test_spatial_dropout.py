"""Spatial dropout beside torch.nn.Dropout2d."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.regularization.spatial_dropout import spatial_dropout_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G8")
def test_torch_drops_whole_channels_in_the_same_way() -> None:
    x = np.random.default_rng(0).uniform(1, 2, (8, 10, 3, 3))
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout2d(torch.tensor(x), 0.3).numpy()
    mask = (theirs[:, :, 0, 0] != 0).astype(float)
    assert 0 < mask.mean() < 1
    np.testing.assert_allclose(spatial_dropout_reference(x, mask, 0.3), theirs, rtol=1e-12)


def test_rows_without_places_are_refused() -> None:
    with pytest.raises(ShapeError, match="put the channels second"):
        spatial_dropout_reference(np.ones((2, 3)), np.ones((2, 3)))
