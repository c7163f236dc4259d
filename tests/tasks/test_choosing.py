"""Choosing the task of one target."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import DataError
from pellucid.tasks.binary import Binary
from pellucid.tasks.choosing import choose_one
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.settings import TaskSettings
from pellucid.tasks.task import Target

DEFAULTS = TaskSettings()
GENERATOR = np.random.default_rng(0)


def number(values: np.ndarray) -> Target:
    return Target(name="y", kind="number", values=values.astype(np.float64))


def category(*values: str) -> Target:
    return Target(name="y", kind="category", values=np.array(values, dtype=object))


POISSON_COUNTS = number(GENERATOR.poisson(2, 400))
SPREAD_COUNTS = number(GENERATOR.negative_binomial(0.5, 0.1, 400))
CODES = number(np.repeat([0, 1, 2], 20))


def test_categories() -> None:
    two, three = (
        choose_one(category(*"abab"), None, DEFAULTS, None),
        choose_one(category(*"abcabc"), None, DEFAULTS, None),
    )
    assert two.task == Binary(targets=("y",), classes=("a", "b"))
    assert two.reason == "y holds the two categories a and b"
    assert three.task == Multiclass(targets=("y",), classes=("a", "b", "c"))
    assert three.reason == "y holds 3 categories (a, b, c)"


def test_the_dispersion_chooses_between_the_laws_of_counts_and_is_said() -> None:
    poisson, spread = choose_one(POISSON_COUNTS, None, DEFAULTS, None), choose_one(SPREAD_COUNTS, None, DEFAULTS, None)
    assert isinstance(poisson.task, Poisson)
    assert "times its mean" in poisson.reason
    assert poisson.reason.endswith("close to Poisson's")
    assert poisson.overrule == "--task negative_binomial or regression"
    assert isinstance(spread.task, NegativeBinomial)
    assert spread.reason.endswith("standard errors above Poisson's")
    assert spread.overrule == "--task poisson or regression"


def test_what_the_exposure_explains_is_no_dispersion() -> None:
    exposure = GENERATOR.uniform(0.1, 20, 800)
    counts = number(GENERATOR.poisson(0.7 * exposure))
    chosen = choose_one(counts, None, DEFAULTS, np.log(exposure))
    assert isinstance(chosen.task, Poisson)
    assert "with an exposure; at one rate its variance is" in chosen.reason


@pytest.mark.parametrize(
    ("target", "wish", "kind"),
    [
        (SPREAD_COUNTS, "poisson", Poisson),
        (POISSON_COUNTS, "negative_binomial", NegativeBinomial),
        (CODES, "count", Poisson),
        (CODES, "regression", Regression),
        (CODES, "classification", Multiclass),
        (POISSON_COUNTS, "classification", Multiclass),
        (category(*"abab"), "classification", Binary),
        (category(*"abab"), "multiclass", Multiclass),
        (category("1", "2", "1", "5"), "regression", Regression),
    ],
)
def test_a_wish_overrules_the_values(target: Target, wish: str, kind: type) -> None:
    chosen = choose_one(target, wish, DEFAULTS, None)
    assert type(chosen.task) is kind
    assert chosen.reason.startswith("you asked for it")


@pytest.mark.parametrize(
    ("target", "wish", "sentence"),
    [
        (CODES, "binary", r"expected two values of y for --task binary, got 3 \(0, 1, 2\): use --task multiclass"),
        (CODES, "multilabel", "expected several columns of yes or no for --task multilabel, got y alone"),
        (number(np.array([-1, 2, 3])), "poisson", "expected counts 0, 1, 2, … in y, got -1 in row 1"),
        (number(np.array([1, 2.5, 3])), "count", "expected counts 0, 1, 2, … in y, got 2.5 in row 2"),
        (category(*"abab"), "regression", "expected numbers in y, got 'a' in row 1"),
        (
            number(np.arange(50)),
            "multiclass",
            "expected classes of y that come back, got 50 different values in 50 rows",
        ),
        (category(*"abcdef"), None, "expected classes of y that come back, got 6 different values in 6 rows"),
    ],
)
def test_an_impossible_wish_is_refused(target: Target, wish: str | None, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        choose_one(target, wish, DEFAULTS, None)


def test_settings_go_into_the_task() -> None:
    settings = TaskSettings(class_weights="balanced", label_smoothing=0.1, loss="huber", positive="a")
    binary = choose_one(category(*"abab"), None, settings, None).task
    assert binary == Binary(targets=("y",), classes=("b", "a"), balanced=True, label_smoothing=0.1)
    several = choose_one(category(*"abcabc"), None, settings, None).task
    assert several == Multiclass(targets=("y",), classes=("a", "b", "c"), balanced=True, label_smoothing=0.1)
    assert choose_one(number(np.linspace(0, 1)), None, settings, None).task == Regression(targets=("y",), error="huber")


def test_a_capped_scale_is_said() -> None:
    capped = np.minimum(GENERATOR.normal(0, 1, 1000), 1.5)
    (said,) = choose_one(number(capped), None, DEFAULTS, None).notes
    assert (said.topic, said.choice) == ("capped target", "predictions stop at 1.5")
    assert choose_one(number(np.repeat([3, 4, 5, 6], [5, 40, 40, 5])), "regression", DEFAULTS, None).notes == ()


def test_a_long_tail_is_said_unless_the_user_chose_the_loss() -> None:
    amounts = number(np.exp(GENERATOR.normal(0, 1, 1000)))
    (said,) = choose_one(amounts, None, DEFAULTS, None).notes
    assert said.topic == "skewed target"
    assert choose_one(amounts, None, TaskSettings(loss="squared"), None).notes == ()


def test_what_else_the_numbers_admit_is_offered() -> None:
    assert choose_one(number(np.linspace(0, 1)), None, DEFAULTS, None).overrule == ""
    assert (
        choose_one(number(np.repeat(np.arange(3, 10), 9)), None, DEFAULTS, None).overrule
        == "--task count or classification"
    )
    assert choose_one(number(np.arange(100, 200)), None, DEFAULTS, None).overrule == "--task count"
