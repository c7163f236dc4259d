"""What every experiment must keep for every value that it admits: it runs and is told, or refuses in a sentence."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import Field, fields
from types import MappingProxyType
from typing import Any, Final, get_type_hints

import numpy as np
import pytest

from pellucid.drawing.terminal import told
from pellucid.foundation.errors import PellucidError
from pellucid.laboratory.catalogue import EXPERIMENTS
from pellucid.laboratory.experiment import CHOICES, HIGH, LOW, SEED, Experiment
from pellucid.laboratory.optimization.descent import Descent

LONGEST_SECONDS: Final = 10.0  # of one run; the declared ends of WORK were measured once and take less than 5
WORK: Final = frozenset(
    {
        *("cap", "channels", "depth", "documents", "epochs", "examples", "kernels", "layers", "masks", "n", "passes"),
        *("points", "rows", "segments", "sequences", "size", "starts", "steps", "terms", "timed_channels", "units"),
        *("width", "words"),
    }
)
"""Parameters that set the amount of work: their high ends take seconds each, and are left out here."""
SHORTER: Final = MappingProxyType(
    {
        "approximation": {"steps": 200},
        "diamond": {"steps": 1000},
        "initialization": {"steps": 200},
        "optimizers": {"steps": 50},
        "preconditioning": {"steps": 100},
        "stopping": {"cap": 100},
        "tanh_or_sigmoid": {"epochs": 60},
    }
)
"""What the other ends are run with where the default takes a second or more."""
ABOUT_NAN: Final = frozenset({"exploding_gradients", "softmax_overflow"})
"""Experiments whose claims are about numbers that are none."""


def like(value: Any, end: float) -> Any:
    """Return a value of the same shape and type as another one, with one number everywhere."""
    return tuple(like(one, end) for one in value) if isinstance(value, tuple) else type(value)(end)


def ends(kind: type[Experiment], parameter: Field[Any]) -> Iterator[Any]:
    """Yield the values at the ends of a parameter's range, or all its choices, without the default."""
    default = getattr(kind(), parameter.name)
    low, high, choices = (parameter.metadata[key] for key in (LOW, HIGH, CHOICES))
    if isinstance(default, bool):
        yield not default
    elif choices:
        yield from (one for one in choices if one != default)
    else:
        numbers = [one for one in (low, None if parameter.name in WORK else high) if one is not None]
        yield from (value for value in (like(default, one) for one in numbers) if value != default)


CASES: Final = [
    pytest.param(kind, parameter.name, value, id=f"{kind.name}-{parameter.name}={value}"[:60])
    for kind in EXPERIMENTS
    for parameter in fields(kind)
    for value in ends(kind, parameter)
]


@pytest.mark.parametrize(("kind", "name", "value"), CASES)
def test_it_runs_at_the_ends_of_its_ranges(kind: type[Experiment], name: str, value: Any) -> None:
    started, refused = time.perf_counter(), ""
    try:
        result = kind(**{**SHORTER.get(kind.name, {}), name: value}).run()
    except PellucidError as error:
        refused = str(error)
    if refused:
        assert re.search(r" expected .*, got .*: ", refused, re.DOTALL)
        return
    page = result.page()
    page.check()
    assert list(told(page))
    assert time.perf_counter() - started < LONGEST_SECONDS
    for claim in result.claims:
        assert claim.measured
        assert kind.name in ABOUT_NAN or not re.search(r"\bnan\b", claim.measured), claim.measured


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_every_number_has_a_range(kind: type[Experiment]) -> None:
    hints = get_type_hints(kind)
    open_ended = [
        parameter.name
        for parameter in fields(kind)
        if parameter.name != SEED
        and hints[parameter.name] not in (bool, str, Any)
        and None in (parameter.metadata[LOW], parameter.metadata[HIGH])
    ]
    assert open_ended == []


RAGGED: Final = ((1.0, 2.0), (3.0,))
WRONG: Final = (None, "fast", True, {}, 1j, b"1", float("nan"), float("-inf"), 10**400, 10**5000, (), RAGGED)


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_values_that_are_none_are_refused_in_a_sentence(kind: type[Experiment]) -> None:
    hints = get_type_hints(kind)
    for parameter in fields(kind):
        for value in WRONG:
            if hints[parameter.name] in (bool, str, Any) or value == parameter.default:
                continue
            with pytest.raises(PellucidError, match=rf"expected {parameter.name} to (be|hold|have) .*: "):
                kind(**{parameter.name: value})


UNFIT: Final = (
    ("convexity", {"function": "1e301 + x"}, "expected a function on the whole interval"),
    ("approximation", {"function": "1e101 + x"}, "expected function to be below 1e[+]100"),
    ("rates_on_digits", {"lowest": 1.0, "highest": 0.5}, "expected lowest below highest, got 1 and 0.5: swap them"),
    ("softmax_overflow", {"logits": (0.0, 0.0)}, "expected a logit other than 0"),
    ("ranking_shapes", {"targets": (1.0, 1.0, 0.5)}, "expected targets of 1 or -1"),
    ("cross_entropy_steps", {"weights": (0.0, 0.0)}, "expected a weight above 0"),
    ("tanh_or_sigmoid", {"rates": (1.0,) * 13}, "expected at most 12 rates, got 13"),
    ("picture_filter", {"file": "x" * 5000}, "expected file to be the path of a picture"),
    ("convolution_arithmetic", {"padding": "9" * 5000}, "expected padding to be no, half, full"),
)


@pytest.mark.parametrize(("name", "parameters", "said"), UNFIT, ids=[name for name, *_ in UNFIT])
def test_values_that_do_not_fit_are_refused_in_a_sentence(name: str, parameters: dict[str, Any], said: str) -> None:
    (kind,) = (one for one in EXPERIMENTS if one.name == name)
    with pytest.raises(PellucidError, match=f"{name} {said}"):
        kind(**parameters).run()


def fails(*point: float) -> float:
    raise KeyError("nothing here")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (fails, "takes 1 number and returns one, got KeyError from it"),
        (lambda: 1.0, "takes 1 number and returns one, got TypeError from it"),
        (lambda x: np.array([x, x]), "return a number, got ndarray"),
        (lambda x: np.complex128(x), "return a number, got complex128"),
        (lambda x: "3", "return a number, got str"),
        (lambda x: math.nan, "has a value and a slope"),
        (lambda x: 10**400, "has a value and a slope"),
    ],
)
def test_functions_that_are_none_are_refused_in_a_sentence(function: Callable[..., Any], said: str) -> None:
    with pytest.raises(PellucidError, match=said):
        Descent(function=function).run()
