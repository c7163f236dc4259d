import pytest

from pellucid.evaluation import words
from pellucid.evaluation.records import Score


def score(percent: bool, name: str = "x") -> Score:
    return Score(
        name=name, title="X", value=0.5, low=None, high=None, higher_is_better=True, percent=percent, meaning="."
    )


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.12345, "0.123"), (12.345, "12.3"), (123456.7, "123,457"), (-2500.0, "-2,500")]
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert words.number(value) == text


def test_shares_are_shown_in_per_cent() -> None:
    assert words.shown(score(True), 0.8214) == "82.1 %"
    assert words.shown(score(False), 0.8214) == "0.821"
    assert words.shown(score(False, "roc_auc"), 0.8214) == "82.1 %"
    assert words.shown(score(False), None) == "–"


def test_rules_name_the_cost() -> None:
    assert words.rule("cost", 2.5).startswith("lowest cost when a missed positive costs 2.5")
