"""Parameters given as text: read as what they are, never evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.laboratory.experiment import Experiment, Result, parameter
from pellucid.laboratory.optimization.descent import Descent
from pellucid.laboratory.parameters import with_parameters


@dataclass(frozen=True, kw_only=True)
class Probe(Experiment):
    name = "probe"

    flag: bool = parameter(False, "yes or no")
    word: str = parameter("a", "a word")
    point: tuple[float, ...] = parameter((0.0,), "where", low=-5, high=5)
    rows: tuple[tuple[float, ...], ...] = parameter(((0.0,),), "a matrix")

    def run(self) -> Result:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("flag=True", "flag", True),
        ("flag=yes", "flag", None),
        ("word=x*cos(x)", "word", "x*cos(x)"),
        ("word='a b'", "word", "a b"),
        ("word=3", "word", "3"),
        ("point=(1, -2)", "point", (1.0, -2.0)),
        ("point=[1, 2.5]", "point", (1.0, 2.5)),
        ("rows=[[1,2],[3,4]]", "rows", ((1.0, 2.0), (3.0, 4.0))),
        ("rows=(1, 2)", "rows", ((1.0, 2.0),)),
        ("point=3", "point", (3.0,)),
        ("point=((1,),)", "point", None),
        ("rows=x", "rows", None),
        ("point=__import__('os')", "point", None),
    ],
)
def test_texts_become_what_the_parameter_is(text: str, name: str, value: object) -> None:
    if value is None:
        with pytest.raises(RangeError, match=f"probe expected {name} to be "):
            with_parameters(Probe, [text])
    else:
        assert getattr(with_parameters(Probe, [text]), name) == value


def test_numbers_in_tuples_keep_their_range() -> None:
    with pytest.raises(RangeError, match="probe expected point to be from -5 to 5, got 6.0"):
        with_parameters(Probe, ["point=(1, 6)"])


def test_a_hyphen_is_as_good_as_an_underscore_and_the_last_one_wins() -> None:
    assert with_parameters(Descent, ["rate=0.1", "rate=0.3"]).rate == 0.3  # type: ignore[attr-defined]


def test_unknown_parameters_offer_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="descent expected a parameter among .*, got 'rte': did you mean 'rate'"):
        with_parameters(Descent, ["rte=1"])


def test_a_text_without_a_value_is_refused() -> None:
    with pytest.raises(RangeError, match="expected parameters as name=value, got 'rate'"):
        with_parameters(Descent, ["rate"])


def test_the_advice_shows_how_deep_the_brackets_go() -> None:
    with pytest.raises(RangeError, match=r"got 'x': write it as in \(\(1, 2\), \(3, 4\)\)"):
        with_parameters(Probe, ["rows=x"])
    with pytest.raises(RangeError, match=r"got 'x': write it as in \(1, 2\)"):
        with_parameters(Probe, ["point=x"])
