from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.tensors.shared_memory import OPERATIONS, SharedMemory


@pytest.mark.knowledge("J5")
def test_the_written_number_arrives_in_views_alone() -> None:
    result = SharedMemory(written=42.0).run()
    for code, known, _ in OPERATIONS:
        assert result["shares"][code] is known
        assert bool(result["held"][code][0] == 42) is known
        assert sorted(result["held"][code][1:]) == [1, 2, 3, 4, 5]  # nothing else has moved


def test_numpy_agrees_about_its_own_views() -> None:
    a = np.zeros((2, 3))
    assert np.shares_memory(a, a.reshape(6))
    assert not np.shares_memory(a, a.T.reshape(6))
