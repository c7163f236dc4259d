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
    """Spent 1.3 s where 0.1 + 3 % of 10 s are free: (1.3 - 0.1) / 0.03 = 40 s are needed, 30 more; 8.7 s were
    1000 steps."""
    budget = Still(spent=1.3)
    missing = (1.3 - FREE_SECONDS) / SHARE - 10
    assert budget.steps_to_wait(1000) == int(missing / ((10 - 1.3) / 1000)) + 1
    assert not budget.affords_look()


def test_what_was_not_overspent_waits_a_little() -> None:
    assert Still(spent=0.05).steps_to_wait(1000) == 4
    assert Still(spent=0.05).affords_look()


@pytest.mark.parametrize("spent", [0.1, 0.39, 0.41])
def test_a_look_is_affordable_within_the_share(spent: float) -> None:
    assert Still(spent=spent).affords_look() == (spent <= FREE_SECONDS + SHARE * 10)
