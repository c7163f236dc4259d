"""Iterators with nothing left are known without drawing from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from pellucid.diagnosis.using_up import used_up


def counted() -> Iterator[int]:
    yield from range(3)


@pytest.mark.parametrize(
    "make",
    [
        counted,
        lambda: zip([1, 2, 3], "abc", strict=True),
        lambda: map(abs, [1, 2, 3]),
        lambda: enumerate([1, 2, 3]),
        lambda: iter([1, 2, 3]),
        lambda: iter(DataLoader(TensorDataset(torch.arange(3)))),
    ],
)
def test_before_and_after(make: Callable[[], Any]) -> None:
    iterator = make()
    assert not used_up(iterator)
    next(iterator)
    assert not used_up(iterator)
    assert len(list(iterator)) == 2  # drawn from by nobody else
    assert used_up(iterator)
