from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.convolution.conv2d import CONV2D


@pytest.mark.knowledge("G2")
def test_it_is_the_module_of_torch() -> None:
    torch.manual_seed(0)
    module = torch.nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2).double()
    x = torch.randn(2, 4, *(7, 6), dtype=torch.float64)
    w, b = (one.detach().numpy() for one in module.parameters())
    y = CONV2D.reference(x.numpy(), w, b, stride=2, padding=1, groups=2)
    np.testing.assert_allclose(y, module(x).detach().numpy(), rtol=1e-9, atol=1e-12)


def test_its_picture_says_what_came_out() -> None:
    assert "is 4 in the two columns" in CONV2D.picture().alt
