"""A few finished runs, trained once for all tests of the workbench. Not to be changed: copy them first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

import pellucid
from pellucid import Run

QUICK: dict[str, Any] = {"epochs": 2, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def pictures() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return 80 grey pictures of 8 x 8 pixels, half of them light, and which are."""
    random = np.random.default_rng(0)
    light = np.arange(80) % 2
    return (random.integers(0, 100, (80, 8, 8)) + 120 * light[:, None, None]).astype(np.uint8), light


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """Return a small table with a number, a category, an exposure, and a count, a number and a class to predict."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"size": random.normal(size=100), "years": random.uniform(1, 3, 100)})
    frame["colour"] = random.choice(["red", "green"], 100)
    frame["visits"] = random.poisson(frame["years"] * np.exp(0.5 * frame["size"]))
    frame["price"] = 3 + 2 * frame["size"]
    frame["sold"] = np.where(frame["size"] + 0.3 * random.normal(size=100) > 0, "yes", "no")
    return frame


@pytest.fixture(scope="session")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return pellucid.fit("iris", out=tmp_path_factory.mktemp("flowers"), name="flowers", **QUICK)


@pytest.fixture(scope="session")
def counts(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = frame[["size", "years", "colour", "visits"]]
    folder = tmp_path_factory.mktemp("counts")
    return pellucid.fit(data, target="visits", exposure="years", out=folder, name="counts", **QUICK)


@pytest.fixture(scope="session")
def lights(pictures: Any, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("lights")
    return pellucid.fit(pictures, network="linear", out=folder, name="lights", **QUICK)
