"""Counts whose variance is about their mean."""

from __future__ import annotations

from pellucid.tasks.poisson import Poisson


def test_it_owns_no_dispersion() -> None:
    task = Poisson(targets=("y",))
    assert task.spread == 0
    assert not list(task.objective().parameters())
