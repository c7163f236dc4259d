"""Schedules: torch's own where it has them, the paper's values where not, and warm-up in front of any."""

import math
import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.training.schedules import SCHEDULES, make_schedule

STEPS = 40


def factors(text: str, **options: float) -> list[float]:
    schedule = make_schedule(text, steps=STEPS, steps_per_epoch=4, **options)  # type: ignore[arg-type]  # warm_up
    return [schedule(step) for step in range(STEPS)]


def of_torch(make: object, *, per_epoch: int = 1) -> list[float]:
    """Return the factors that a scheduler of torch gives, stepped once in `per_epoch` steps."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns that no optimizer step came first
        scheduler = make(optimizer)  # type: ignore[operator]  # a class of torch.optim.lr_scheduler
        found = []
        for step in range(STEPS):
            found.append(float(optimizer.param_groups[0]["lr"]))
            if (step + 1) % per_epoch == 0 and step < STEPS - 1:
                scheduler.step()
    return found


def test_constant() -> None:
    assert factors("constant") == [1.0] * STEPS


def test_step_is_torchs_step_lr() -> None:
    theirs = of_torch(lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5), per_epoch=4)
    assert factors("step(every=3, factor=0.5)") == pytest.approx(theirs, abs=1e-12)


def test_cosine_is_torchs_cosine_annealing() -> None:
    theirs = of_torch(lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS, eta_min=0.1))
    assert factors("cosine(end=0.1)") == pytest.approx(theirs, abs=1e-12)


def test_one_cycle_is_torchs_one_cycle() -> None:
    theirs = of_torch(
        lambda optimizer: torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, STEPS, cycle_momentum=False)
    )
    assert factors("one-cycle") == pytest.approx(theirs, abs=1e-12)


def test_coslog4_rises_and_falls_four_times() -> None:
    # By hand from the formula: 1 where log2(1 + 15 t) is a half-integer, 0 where it is whole.
    schedule = make_schedule("coslog4", steps=15, steps_per_epoch=1)
    assert [schedule(step) for step in (0, 1, 3, 7)] == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=1e-12)
    long = make_schedule("coslog4", steps=15_000, steps_per_epoch=1)
    tops = [round(1000 * (2 ** (period + 0.5) - 1)) for period in range(4)]
    assert [long(step) for step in tops] == pytest.approx([1.0] * 4, abs=1e-5)


@pytest.mark.parametrize("text", list(SCHEDULES))
def test_warm_up_climbs_in_front(text: str) -> None:
    found = factors(text, warm_up=0.25)
    assert found[:10] == pytest.approx([(step + 1) / 11 for step in range(10)])
    rest = make_schedule(text, steps=30, steps_per_epoch=4)
    assert found[10:] == [rest(step) for step in range(30)]


@given(st.sampled_from(list(SCHEDULES)), st.integers(1, 200), st.integers(1, 20), st.floats(0, 0.9))
def test_factors_lie_between_zero_and_one(name: str, steps: int, per_epoch: int, warm_up: float) -> None:
    schedule = make_schedule(name, steps=steps, steps_per_epoch=per_epoch, warm_up=warm_up)
    for step in range(steps):
        assert 0 <= schedule(step) <= 1 + 1e-12
        assert math.isfinite(schedule(step))


def test_wrong_texts_are_sentences() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'cosine'"):
        factors("cosin")
    with pytest.raises(RangeError, match=r"options of the schedule step to be every, factor, got"):
        factors("step(evry=3)")
    with pytest.raises(RangeError, match=r"options of the schedule constant to be none"):
        factors("constant(3)")
    with pytest.raises(RangeError, match="peak to be above 0 and below 1"):
        factors("one_cycle(peak=1.0)")
    with pytest.raises(RangeError, match="every to be a whole number above 0"):
        factors("step(every=0)")
