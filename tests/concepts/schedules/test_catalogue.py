"""Schedules: torch's own where it has them, the paper's values where not, and warm-up in front of any."""

import math
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.concepts import schedules
from pellucid.concepts.schedules.catalogue import BY_NAME, SCHEDULES, make_schedule
from pellucid.concepts.schedules.schedule import Schedule
from pellucid.foundation.errors import RangeError, UnknownNameError

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


TWINS = [
    (one.name, options)
    for one in SCHEDULES[:-1]
    for options in (
        {},
        *{
            "warm_up": ({"start": 0.3, "part": 0.5},),
            "step": ({"every": 3, "factor": 0.5},),
            "multi_step": ({"parts": (0.2, 0.3, 0.9), "factor": 0.5},),
            "exponential": ({"end": 0.3},),
            "linear": ({"end": 0.1},),
            "polynomial": ({"power": 0.9},),
            "cosine": ({"end": 0.1},),
            "inverse_sqrt": ({"part": 0.3},),
            "cosine_warm_restarts": ({"part": 0.1, "longer": 1}, {"part": 0.1, "longer": 3}),
            "one_cycle": ({"peak": 0.5, "start": 0.2, "end": 0.01},),
        }.get(one.name, ()),
    )
]


@pytest.mark.knowledge("D10")
@pytest.mark.parametrize(("name", "options"), TWINS, ids=str)
def test_it_is_torchs_scheduler_over_the_whole_length(name: str, options: dict[str, Any]) -> None:
    record = getattr(schedules, name)
    theirs = of_torch(lambda optimizer: record.fast(optimizer, STEPS, **options))
    np.testing.assert_allclose(record.factors(STEPS, **options), theirs, rtol=0, atol=1e-12)


def test_steps_that_are_epochs_fall_with_the_epochs() -> None:
    theirs = of_torch(lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5), per_epoch=4)
    assert factors("step(every=3, factor=0.5)") == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("options", [{}, {"factor": 0.5, "patience": 2, "threshold": 0.05}, {"patience": 0}], ids=str)
def test_reduce_on_plateau_is_torchs(options: dict[str, Any]) -> None:
    losses = np.random.default_rng(0).uniform(0.5, 1, 80) * np.exp(-np.arange(80) / 60)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedules.reduce_on_plateau.fast(optimizer, **options)
    theirs = []
    for loss in losses:
        scheduler.step(float(loss))
        theirs.append(optimizer.param_groups[0]["lr"])
    found = schedules.reduce_on_plateau.reference(losses, **options)
    np.testing.assert_allclose(found, theirs, rtol=1e-12)
    assert found[-1] < 1


@pytest.mark.parametrize("record", SCHEDULES, ids=lambda one: one.name)
def test_each_record_is_an_attribute_of_the_package(record: Schedule) -> None:
    assert getattr(schedules, record.name) is record
    assert record.name in dir(schedules)


def test_coslog4_rises_and_falls_four_times() -> None:
    # By hand from the formula: 1 where log2(1 + 15 t) is a half-integer, 0 where it is whole.
    schedule = make_schedule("coslog4", steps=15, steps_per_epoch=1)
    assert [schedule(step) for step in (0, 1, 3, 7)] == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=1e-12)
    long = make_schedule("coslog4", steps=15_000, steps_per_epoch=1)
    tops = [round(1000 * (2 ** (period + 0.5) - 1)) for period in range(4)]
    assert [long(step) for step in tops] == pytest.approx([1.0] * 4, abs=1e-5)


@pytest.mark.parametrize("text", list(BY_NAME))
def test_warm_up_climbs_in_front(text: str) -> None:
    found = factors(text, warm_up=0.25)
    assert found[:10] == pytest.approx([(step + 1) / 11 for step in range(10)])
    rest = make_schedule(text, steps=30, steps_per_epoch=4)
    assert found[10:] == [rest(step) for step in range(30)]


@given(st.sampled_from(list(BY_NAME)), st.integers(1, 200), st.integers(1, 20), st.floats(0, 0.9))
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
