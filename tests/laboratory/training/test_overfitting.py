from __future__ import annotations

import numpy as np

from pellucid.laboratory.training.overfitting import Overfitting, stop


def test_stopping_waits_for_the_patience_only() -> None:
    losses = np.array([5.0, 4.0, 4.5, 4.4, 4.3, 1.0])
    assert [stop(losses, patience) for patience in (1, 3, 4)] == [2, 4, 5]


def test_many_rows_do_not_turn_early() -> None:
    few, many = (Overfitting(rows=rows, times=2, epochs=60).run() for rows in (40, 800))
    assert few["best epoch"] < many["best epoch"]
