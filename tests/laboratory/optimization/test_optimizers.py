"""The rules side by side: their walks are those of torch.optim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from pellucid.laboratory.optimization.optimizers import RATES, Optimizers

TORCH: dict[str, tuple[Any, dict[str, Any]]] = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adadelta": (torch.optim.Adadelta, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {"weight_decay": 0.0}),
}


@pytest.mark.knowledge("D5")
@pytest.mark.parametrize("name", RATES)
def test_walks_are_those_of_torch(name: str) -> None:
    kind, options = TORCH[name]
    x = torch.tensor([-5.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = kind([x], lr=RATES[name], **options)
    for _ in range(30):
        optimizer.zero_grad()
        (0.02 * x[0] ** 2 + 2 * x[1] ** 2).backward()
        optimizer.step()
    np.testing.assert_allclose(Optimizers(steps=30).run()["x"][name][-1], x.detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.knowledge("D5")
def test_a_round_bowl_needs_no_momentum() -> None:
    result = Optimizers(function="x1**2 + x2**2").run()
    assert not result.claims[0].holds


def test_a_start_at_the_minimum_stays() -> None:
    result = Optimizers(start=(0.0, 0.0), steps=10).run()
    assert result["first"]["sgd"] == 0
