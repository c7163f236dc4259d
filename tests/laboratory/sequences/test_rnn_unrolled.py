"""The unrolled network by hand, and beside torch.nn.RNN."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.sequences.rnn_unrolled import RnnUnrolled


@pytest.mark.knowledge("G11")
def test_every_state_is_that_of_torch() -> None:
    experiment = RnnUnrolled()
    module = torch.nn.RNN(1, 2, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.tensor(experiment.w, dtype=torch.float64)[:, None])
        module.weight_hh_l0.copy_(torch.tensor(experiment.u, dtype=torch.float64))
    y, _ = module(torch.tensor(experiment.x, dtype=torch.float64)[None, :, None])
    result = experiment.run()
    np.testing.assert_allclose(result["h"][1:], y[0].detach(), rtol=1e-12)
    np.testing.assert_allclose(np.tanh(result["W x"] + result["U h"]), result["h"][1:])


@pytest.mark.knowledge("G11")
def test_a_sequence_that_reads_the_same_both_ways_has_no_order() -> None:
    claim = RnnUnrolled(x=(1.0, 2.0, 1.0)).run().claims[1]
    assert not claim.holds


def test_sequences_and_weights_of_another_size_are_refused() -> None:
    with pytest.raises(ShapeError, match="x of 1 to 12 numbers, got 13"):
        RnnUnrolled(x=(1.0,) * 13)
    with pytest.raises(ShapeError, match="there are two units"):
        RnnUnrolled(w=(1.0,))
