"""A few finished runs, trained once for all tests of the run folder. Not to be changed: copy them first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pellucid

QUICK: dict[str, Any] = {
    "epochs": 2,
    "report": False,
    "baselines": False,
    "bootstrap": 100,
    "quiet": True,
    "threads": 1,
}


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of four runs: two on iris, one on counts with an exposure, one with two targets."""
    folder = tmp_path_factory.mktemp("runs")
    pellucid.fit("iris", out=folder, name="first", **QUICK)
    pellucid.fit("iris", out=folder, name="second", network="linear", **QUICK)
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"size": random.normal(size=120), "years": random.uniform(1, 3, 120)})
    frame["visits"] = random.poisson(frame["years"] * np.exp(0.5 * frame["size"]))
    frame["price"] = frame["size"] + random.normal(size=120)
    frame["sold"] = np.where(frame["size"] > 0, "yes", "no")
    counts = frame[["size", "years", "visits"]]
    pellucid.fit(counts, target="visits", exposure="years", out=folder, name="counts", **QUICK)
    pellucid.fit(frame[["size", "price", "sold"]], target=("price", "sold"), out=folder, name="two", **QUICK)
    return folder
