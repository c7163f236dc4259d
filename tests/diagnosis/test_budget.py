"""How many steps are left alone, from what looking has cost."""

from __future__ import annotations

import pytest

from pellucid.diagnosis.budget import DENSE, FREE_SECONDS, SHARE, Budget


class Still(Budget):
    """A budget whose training has run for a fixed time."""

    def elapsed(self) -> float:
        return 10.0


def test_the_first_steps_are_all_watched() -> None:
    assert [Budget().steps_to_wait(step) for step in range(DENSE)] == [1] * DENSE


def test_overspent_time_is_waited_for() -> None:
    """Spent 1.2 s more than is free where the share of 10 s is: what is missing is earned at the pace so far."""
    spent = FREE_SECONDS + 1.2
    missing = 1.2 / SHARE - 10
    budget = Still(spent=spent)
    assert budget.steps_to_wait(1000) == int(missing / ((10 - spent) / 1000)) + 1
    assert not budget.affords_look()


def test_what_was_not_overspent_waits_a_little() -> None:
    """4 steps at first, later a fiftieth of all so far: from step n to step 10 n that makes 50 ln 10 = 115 windows."""
    assert Still(spent=0.01).steps_to_wait(100) == 4
    assert Still(spent=0.01).steps_to_wait(1000) == 20
    assert Still(spent=0.01).affords_look()
    step, windows = 1000, 0
    while step < 10_000:
        step, windows = step + Still(spent=0.01).steps_to_wait(step), windows + 1
    assert windows == pytest.approx(115, abs=3)


@pytest.mark.parametrize("spent", [0.01, FREE_SECONDS + 10 * SHARE - 0.01, FREE_SECONDS + 10 * SHARE + 0.01])
def test_a_look_is_affordable_within_the_share(spent: float) -> None:
    assert Still(spent=spent).affords_look() == (spent <= FREE_SECONDS + SHARE * 10)
