from __future__ import annotations

import torch

from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.training.dense import Training, dense, like


def test_networks_side_by_side_train_as_alone() -> None:
    inputs = torch.randn(7, 3, generator=torch_generator(0, "x"), dtype=torch.float64)
    alone = dense((3, 5, 1), torch.tanh, torch_generator(0, "w"))
    together = like(alone, torch.tanh, copies=(2,))
    rates = torch.tensor([0.1, 0.3], dtype=torch.float64)
    one, two = Training(alone.parameters, 0.3), Training(together.parameters, 1.0)
    for _ in range(5):
        one.step(alone(inputs).square().mean())
        two.step((rates * together(inputs)[..., 0].square().mean(dim=-1)).sum())
    torch.testing.assert_close(together(inputs)[1], alone(inputs), rtol=1e-12, atol=1e-12)


def test_spreads_are_those_of_the_rules() -> None:
    for spread, expected in (("zeros", 0.0), ("small", 0.01), ("xavier", 0.05), ("he", 0.0632455532)):
        (weight,) = dense((500, 300), torch.relu, torch_generator(0, "w"), spread=spread).weights
        assert abs(float(weight.std().detach()) - expected) < 0.01 * expected + 1e-12  # sqrt(2/800), sqrt(2/500)
