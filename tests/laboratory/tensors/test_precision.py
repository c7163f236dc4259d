from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.tensors.precision import Precision


@pytest.mark.knowledge("J5")
def test_eps_and_running_sums_are_those_of_numpy() -> None:
    result = Precision(terms=4000).run()
    assert result["eps"]["float16"] == np.finfo(np.float16).eps
    assert result["eps"]["float32"] == np.finfo(np.float32).eps
    for name, kind in (("float16", np.float16), ("float32", np.float32), ("float64", np.float64)):
        total, step = kind(0), kind(0.1)
        for _ in range(4000):
            total = kind(total + step)
        assert result["sums"][name][-1] == total


def test_few_terms_do_not_stand_still() -> None:
    assert not Precision(terms=100).run().claims[2].holds
