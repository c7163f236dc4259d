from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pellucid
from pellucid import Run
from pellucid.foundation.errors import RangeError

LINEAR = {"network": "linear", "test": 0, "validation": 0, "report": False, "bootstrap": 0, "quiet": True}


def test_numbers_are_in_the_units_of_the_data(frame: pd.DataFrame, tmp_path: Path) -> None:
    """The price is 3 + 2 size by construction."""
    run = pellucid.fit(frame[["size", "price"]], target="price", out=tmp_path, baselines=False, keep="size", **LINEAR)
    assert run.coefficients.names == ("(intercept)", "size")
    np.testing.assert_allclose(run.coefficients.values[:, 0], [3, 2], rtol=1e-6)


def test_each_target_has_its_own_units(frame: pd.DataFrame, tmp_path: Path) -> None:
    """A number and a class together: the number's column is in its units, the class's in log odds."""
    data = frame[["size", "years", "price", "sold"]]
    run = pellucid.fit(data, target=("price", "sold"), out=tmp_path, baselines=False, keep="size", **LINEAR)
    values = run.coefficients.values
    assert values.shape == (3, 2)
    np.testing.assert_allclose(values[:, 0], [3, 2, 0], atol=1e-3)
    assert values[1, 1] > 3  # the class changes where size does, within 0.3


def test_pictures_and_other_networks_have_none(lights: Run, flowers: Run) -> None:
    with pytest.raises(RangeError, match="coefficients expected a linear network on a table, got lights"):
        lights.coefficients  # noqa: B018
    with pytest.raises(RangeError, match="coefficients expected a linear network, got flowers"):
        flowers.coefficients  # noqa: B018
