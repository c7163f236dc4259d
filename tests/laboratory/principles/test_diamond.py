"""The diamond: accuracy that must be reached, and why the sum of the losses matters."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.laboratory.principles.diamond import Diamond


@pytest.mark.knowledge("F4")
def test_the_accuracy_is_reached() -> None:
    result = Diamond().run()
    assert result["W1"].shape == (3, 4)
    assert result["W2"].shape == (4, 1)
    assert result["x"].shape == (500, 3)
    assert result["steps"][-1] == 20_000
    assert result["accuracy"] >= 0.96
    right = result["TP"] + result["TN"]
    assert right + result["FP"] + result["FN"] == 500
    assert right / 500 == result["accuracy"]


@pytest.mark.knowledge("F4")
def test_the_steps_are_those_of_autograd_on_the_sum() -> None:
    ours = Diamond(points=50, steps=30).run()
    rng = np.random.default_rng(0)
    rng.uniform(-1, 1, (50, 2))  # the points are drawn first
    weights = [torch.tensor(0.3 * rng.standard_normal(shape), requires_grad=True) for shape in ((3, 4), (4, 1))]
    optimizer = torch.optim.SGD(weights, lr=0.001)
    for _ in range(30):
        optimizer.zero_grad()
        logits = torch.sigmoid(torch.tensor(ours["x"]) @ weights[0]) @ weights[1]
        torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.tensor(ours["y"]), reduction="sum"
        ).backward()
        optimizer.step()
    np.testing.assert_allclose(ours["W1"], weights[0].detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(ours["W2"], weights[1].detach().numpy(), rtol=1e-10)


def test_with_the_mean_the_rate_is_too_small() -> None:
    result = Diamond(loss="mean", steps=3000).run()
    assert result["accuracy"] < 0.8
    assert not result.claims[0].holds


def test_tanh_units_do_worse_without_an_output_bias() -> None:
    result = Diamond(hidden="tanh", steps=5000, seed=1).run()
    assert result["accuracy"] < 0.9
