"""What every experiment inherits: its ranges, its results by name, its words."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import laboratory
from pellucid.foundation.errors import RangeError, ShapeError, UnknownNameError
from pellucid.laboratory.experiment import range_of
from pellucid.laboratory.optimization.batches import Batches
from pellucid.laboratory.optimization.descent import Descent
from pellucid.laboratory.optimization.descent_2d import Descent2D
from pellucid.laboratory.sequences.attention_step_by_step import AttentionStepByStep


@pytest.mark.parametrize("rate", [-0.1, 11.0, float("nan"), float("inf")])
def test_values_outside_their_range_are_refused(rate: float) -> None:
    with pytest.raises(RangeError, match="descent expected rate to be from 0 to 10, got "):
        Descent(rate=rate)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("fast", "descent expected rate to be a number, got 'fast': write a number"),
        (True, "got True: write a number"),
        (None, "got None"),
        pytest.param(10**5000, "got one of 16610 bits", id="huge"),
        ("x" * 100, "got 'x{59}…: write a number"),
    ],
)
def test_values_of_another_type_are_refused(rate: object, said: str) -> None:
    with pytest.raises(RangeError, match=said):
        Descent(rate=rate)  # type: ignore[arg-type]


def test_whole_numbers_stay_whole_and_small_enough() -> None:
    with pytest.raises(RangeError, match=r"expected steps to be a whole number, got 2.5"):
        Descent(steps=2.5)  # type: ignore[arg-type]
    with pytest.raises(RangeError, match=r"expected seed to be a finite number, a whole one below 2\^63"):
        Batches(seed=2**63)


def test_lists_and_arrays_become_tuples() -> None:
    walk = Descent2D(start=np.array([-5, 2]), steps=np.int64(3))  # type: ignore[arg-type]
    assert walk.start == (-5.0, 2.0)
    assert walk.steps == 3
    assert Descent2D(start=[1, 2]).start == (1.0, 2.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rows", "said"), [((), "hold numbers"), (((1.0,), ()), "rows of one length, got .0, 1.")])
def test_matrices_are_matrices(rows: tuple[tuple[float, ...], ...], said: str) -> None:
    with pytest.raises(ShapeError, match=f"attention_step_by_step expected x to .*{said}"):
        AttentionStepByStep(x=rows)


def test_results_are_found_by_name_and_the_nearest_is_offered() -> None:
    result = Descent().run()
    assert result["x"][0] == 10.0
    with pytest.raises(UnknownNameError, match="descent expected a value among .*, got 'X'"):
        result["X"]


def test_the_page_says_what_came_out_with_which_parameters() -> None:
    page = Descent(rate=1.1).run().page()
    said = {section.title: section for section in page.sections}
    assert any(one.measured.endswith("to 61.9174 in 10 steps") for one in said["What came out"].verdicts)
    assert ("rate = 1.1", "learning rate (from 0 to 10)") in said["Parameters"].pairs
    assert said["Example"].code.startswith(">>> from pellucid.laboratory.optimization.descent import Descent\n>>> ")


def test_ranges_in_words() -> None:
    assert range_of(None, 3) == "at most 3"
    assert range_of(None, None) == "any number"


def test_public_names_run_and_list_experiments() -> None:
    assert laboratory.descent(rate=0.05)["x"][0] == 10.0
    assert "descent" in dir(laboratory)
    with pytest.raises(AttributeError, match="did you mean 'descent'"):
        laboratory.desent  # noqa: B018
