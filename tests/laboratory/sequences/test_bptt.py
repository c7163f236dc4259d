"""Gradients by distance in time: closed forms where there are some."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.recurrent.rnn_cell import rnn_cell
from pellucid.laboratory.sequences.bptt import Bptt
from pellucid.laboratory.sequences.networks import cell_weights


@pytest.mark.knowledge("G11")
def test_without_recurrence_the_rnn_remembers_nothing() -> None:
    assert Bptt(recurrence=0.0).run()["gradient of rnn"][1:].tolist() == [0.0] * 30


@pytest.mark.knowledge("G11")
def test_along_the_memory_the_forget_gate_alone_decides() -> None:
    # no weights of the state: dc[t-1] = f dc[t] with f = sigmoid(20 + x w)
    result = Bptt(recurrence=0.0, forget_bias=20.0).run()
    memory = np.abs(result["memory gradients of lstm"][1:]).sum(axis=(1, 2))
    assert memory[-1] == pytest.approx(memory[0], rel=1e-3)  # sigmoid(20 - 5) = 1 - 3e-7, thirty times


@pytest.mark.knowledge("G11")
def test_every_step_back_as_autograd_sees_it() -> None:
    experiment = Bptt(steps=6, seed=1)
    rng = np.random.default_rng(1)
    x, upstream = torch.tensor(rng.normal(size=(1, 6, 3))), torch.tensor(rng.normal(size=(1, 8)))
    weights = [torch.tensor(one) for one in cell_weights(rng, 1, 3, 8, experiment.recurrence)]
    states = [torch.zeros(1, 8, dtype=torch.float64, requires_grad=True)]
    for t in range(6):
        states.append(rnn_cell(x[:, t], states[-1], *weights))
    gradients = torch.autograd.grad((states[-1] * upstream).sum(), states)
    ours = experiment.run()["state gradients of rnn"]
    np.testing.assert_allclose(ours, np.stack([one.numpy() for one in gradients[::-1]]), rtol=1e-9)
