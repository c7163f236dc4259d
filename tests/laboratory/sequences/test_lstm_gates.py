"""What is left of the memory follows from the forget gate."""

from __future__ import annotations

import pytest

from pellucid.laboratory.sequences.lstm_gates import LstmGates


@pytest.mark.knowledge("G11")
def test_a_forget_gate_of_one_half_halves_the_memory_at_each_step() -> None:
    memory = LstmGates(lag=5, forget_bias=0.0, noise=0.0).run()["memory"]
    # without noise the candidate is 0: c[t] = c[0] / 2^t
    assert memory[5] == pytest.approx(memory[0] / 32, rel=1e-12)


@pytest.mark.knowledge("G11")
def test_without_noise_even_the_simple_rnn_recalls() -> None:
    result = LstmGates(noise=0.0).run()
    assert result["right answers of the RNN"] == 1.0
    assert not result.claims[1].holds
