"""Telling from numbers what they are. Frequencies of public sets are those of their UCI pages or of R's packages."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from pellucid.tasks.recognise import recognise_numbers
from pellucid.tasks.task import Floats

GENERATOR = np.random.default_rng(0)


def repeated(*counts: int, start: int = 0) -> Floats:
    return np.repeat(np.arange(start, start + len(counts), dtype=np.float64), counts)


CLASSES = {
    "wine cultivars": repeated(59, 71, 48, start=1),
    "wheat varieties": repeated(70, 70, 70, start=1),
    "digits": datasets.load_digits().target.astype(float),
    "forest cover": repeated(2118, 2833, 358, 27, 95, 174, 205, start=1),
    "glass": repeated(70, 76, 17, 0, 13, 9, 29, start=1),
    "dermatology": repeated(112, 61, 72, 49, 52, 20, start=1),
    "thyroid": repeated(166, 368, 6666, start=1),
    "stars": repeated(500, 500, 1500, 3500, 4000, start=1),
    "severity": repeated(500, 300, 150, 50),
    "letters": repeated(*[750] * 26),
    "cylinders": np.repeat([3.0, 4, 5, 6, 8], [4, 204, 3, 84, 103]),
    "for or against": np.repeat([-1.0, 0, 1], [10, 50, 10]),
    "three rows each": repeated(3, 3, 3),
}
COUNTS = {
    "doctor visits": repeated(4141, 782, 174, 30, 24, 9, 12, 12, 5, 1),
    "articles of biochemists": repeated(275, 246, 178, 84, 67, 27, 17, 12, 1, 2, 1, 1, 2, 0, 0, 0, 1, 0, 0, 1),
    "siblings on the Titanic": repeated(608, 209, 28, 16, 18, 5, 0, 0, 7),
    "Poisson, mean 0.5": GENERATOR.poisson(0.5, 1000).astype(float),
    "Poisson, mean 3": GENERATOR.poisson(3, 300).astype(float),
    "negative binomial, mean 100": GENERATOR.negative_binomial(1, 1 / 101, 2000).astype(float),
    "stays from 1 day on": 1 + GENERATOR.negative_binomial(1.5, 0.15, 1500).astype(float),
}
NUMBERS = {
    "wine quality": repeated(20, 163, 1457, 2198, 880, 175, 5, start=3),
    "rings": np.round(GENERATOR.gamma(10, 1.0, 4000)).clip(1),
    "disease progression": datasets.load_diabetes().target,
    "ages": GENERATOR.normal(35, 18, 1000).clip(0, 90).round(),
    "capital gains": np.where(
        GENERATOR.random(5000) < 0.9, 0, GENERATOR.choice([114, 3103, 5178, 7688, 15024], 5000)
    ).astype(float),
    "fractions": np.array([0.5, 1.0, 1.5] * 20),
    "temperatures": np.arange(-20.0, 30.0),
    "one to eight": np.arange(1.0, 9.0),
}


@pytest.mark.parametrize("values", CLASSES.values(), ids=CLASSES)
def test_class_codes(values: Floats) -> None:
    assert recognise_numbers(values, "y").kind == "multiclass"


@pytest.mark.parametrize("values", COUNTS.values(), ids=COUNTS)
def test_counts(values: Floats) -> None:
    assert recognise_numbers(values, "y").kind == "count"


@pytest.mark.parametrize("values", NUMBERS.values(), ids=NUMBERS)
def test_ratings_and_measurements(values: Floats) -> None:
    assert recognise_numbers(values, "y").kind == "regression"


@pytest.mark.parametrize("two", [(0, 1), (-1, 1), (1, 2), (2, 4), (0.5, 7.5)])
def test_two_values_are_binary(two: tuple[float, float]) -> None:
    assert recognise_numbers(np.array(two * 5), "y").kind == "binary"


def test_an_exposure_makes_counts_of_any_whole_numbers() -> None:
    for values in (repeated(5, 5), repeated(9, 9, 9, start=4)):
        assert recognise_numbers(values, "y", has_exposure=True).kind == "count"
    assert recognise_numbers(np.array([0.5, 1.5, 2.5]), "y", has_exposure=True).kind == "regression"


def test_a_name_decides_only_what_the_values_leave_open() -> None:
    rare = repeated(9000, 950, 50)
    assert recognise_numbers(rare, "group").kind == "multiclass"
    assert recognise_numbers(rare, "ClaimNb").kind == "count"
    assert recognise_numbers(repeated(70, 70, 70), "count").kind == "multiclass"
    amounts = np.round(np.exp(GENERATOR.normal(3, 1, 1000)))
    assert recognise_numbers(amounts + 1 - amounts.min(), "sales").kind == "count"
    assert recognise_numbers(amounts + 1 - amounts.min(), "sale_price").kind == "regression"


def test_reasons_say_what_was_seen() -> None:
    assert recognise_numbers(COUNTS["doctor visits"], "visits").reason == (
        "visits holds whole numbers from 0 on that thin out towards large ones "
        "(80 % are 0, the median is 0, the largest 9), as counts do"
    )
    assert "an ordered scale, as of ratings" in recognise_numbers(NUMBERS["wine quality"], "quality").reason
    assert (
        "a few favourites again and again"
        in recognise_numbers(
            np.where(np.arange(5000) % 10, 0, 50 * GENERATOR.integers(1, 60, 5000)).astype(float), "gain"
        ).reason
    )
    assert "do not pile up near 0" in recognise_numbers(NUMBERS["ages"], "y").reason
    assert "from 25 on" in recognise_numbers(NUMBERS["disease progression"], "y").reason
