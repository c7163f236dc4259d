"""What every experiment inherits: its ranges, its results by name, its words."""

from __future__ import annotations

import pytest

from pellucid import laboratory
from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.laboratory.experiment import range_of
from pellucid.laboratory.optimization.descent import Descent


@pytest.mark.parametrize("rate", [-0.1, 11.0, float("nan"), float("inf")])
def test_values_outside_their_range_are_refused(rate: float) -> None:
    with pytest.raises(RangeError, match="descent expected rate to be from 0 to 10, got "):
        Descent(rate=rate)


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
