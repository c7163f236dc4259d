"""What every concept says about itself, whatever its family."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pellucid.concepts.concept import Option
from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.concepts.losses.numbers.huber import HUBER


def test_defaults_are_those_of_the_reference() -> None:
    assert {option.name: HUBER.default(option) for option in HUBER.options} == {"delta": 1.0, "reduction": "mean"}


def test_what_a_family_declares_becomes_properties() -> None:
    properties = dict(HINGE.properties())
    assert properties["convex"] == "yes"
    assert properties["gradient bound"] == "1"
    assert "shown" not in properties  # how the picture is drawn is no property of the loss
    assert "formula" not in properties


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (Option(name="delta", meaning="where it bends"), "where it bends"),
        (Option(name="delta", meaning="where it bends", low=0), "where it bends (at least 0)"),
        (Option(name="delta", meaning="where it bends", low=0, high=2), "where it bends (at least 0, at most 2)"),
        (Option(name="delta", meaning="how", choices=("mean", "sum")), "how (mean, sum)"),
    ],
)
def test_options_are_told_with_their_range(option: Option, said: str) -> None:
    taken = next(one for one in replace(HUBER, options=(option,)).page().sections if one.title == "Takes")
    assert ("delta = 1", said) in taken.pairs


def test_a_concept_without_properties_has_no_such_section() -> None:
    assert "Properties" in {section.title for section in HINGE.page().sections}
    assert HINGE.backward is None
