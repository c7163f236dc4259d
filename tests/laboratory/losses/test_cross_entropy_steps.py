from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.losses.cross_entropy_steps import CrossEntropySteps


@pytest.mark.knowledge("C9")
def test_cross_entropy_of_the_text() -> None:
    assert CrossEntropySteps().run()["cross_entropy"] == pytest.approx(0.5224, abs=5e-5)  # docs/knowledge.toml


@pytest.mark.knowledge("C10")
def test_negative_log_likelihood_of_the_same_inputs() -> None:
    assert CrossEntropySteps().run()["nll_of_logits"] == pytest.approx(-2.3333, abs=5e-5)  # docs/knowledge.toml


@pytest.mark.knowledge("C9")
def test_every_step_is_pytorchs_and_weights_count() -> None:
    experiment = CrossEntropySteps(
        logits=((0.5, -1.0, 2.0), (3.0, 0.0, 1.0)), targets=(2.0, 1.0), weights=(1.0, 4.0, 0.5)
    )
    result = experiment.run()
    z, y = torch.tensor(experiment.logits, dtype=torch.float64), torch.tensor([2, 1])
    np.testing.assert_allclose(result["log_softmax"], functional.log_softmax(z, 1).numpy())
    np.testing.assert_allclose(result["softmax"].sum(axis=1), 1)
    expected = functional.cross_entropy(z, y, weight=torch.tensor([1.0, 4.0, 0.5], dtype=torch.float64))
    assert result["cross_entropy"] == pytest.approx(expected.item())


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="expected one weight for each column"):
        CrossEntropySteps(weights=(1.0,))
    with pytest.raises(ShapeError, match="one class index for each row"):
        CrossEntropySteps(targets=(0.0, 1.0, 2.0))
