"""The state's weights are orthogonal for each gate."""

from __future__ import annotations

import numpy as np

from pellucid.laboratory.sequences.networks import cell_weights


def test_each_gate_has_an_orthogonal_matrix() -> None:
    _, w_hidden, *_ = cell_weights(np.random.default_rng(0), 4, 2, 3, 0.5)
    for gate in np.split(w_hidden, 4):
        np.testing.assert_allclose(gate @ gate.T, 0.25 * np.eye(3), atol=1e-12)
