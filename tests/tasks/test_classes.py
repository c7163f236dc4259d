"""What is decided about classes."""

from __future__ import annotations

import pytest

from pellucid.foundation.errors import DataError, UnknownNameError
from pellucid.tasks.classes import check_classes, order_classes, warn_of_imbalance, warn_of_rare_classes


@pytest.mark.parametrize(
    ("first", "second", "positive"),
    [
        ("0", "1", "1"),
        ("-1", "1", "1"),
        ("1", "2", "2"),
        ("No", "Yes", "Yes"),
        ("True", "false", "True"),
        ("absent", "present", "present"),
        ("attack", "normal", "attack"),
        ("'no'", "'maybe'", "'maybe'"),
        ("democrat", "republican", "republican"),
        ("+", "-", "+"),
    ],
)
def test_the_positive_class(first: str, second: str, positive: str) -> None:
    (_, chosen), decision = order_classes("y", {first: 5, second: 5}, None)
    assert chosen == decision.choice == positive
    assert decision.reason
    assert decision.overrule == f"--positive {first if positive == second else second}"


def test_the_user_chooses_the_positive_class_whatever_the_letter_case() -> None:
    assert order_classes("y", {"bad": 3, "good": 7}, "bad")[0] == ("good", "bad")
    assert order_classes("y", {"Bad": 3, "good": 7}, "BAD")[0] == ("good", "Bad")


def test_a_positive_class_that_does_not_exist_offers_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match="expected positive to be a class of y, among bad, good, got 'goood': did"
    ):
        order_classes("y", {"bad": 3, "good": 7}, "goood")


def test_strong_imbalance_is_said_and_weights_are_only_the_users_choice() -> None:
    assert warn_of_imbalance("y", {"a": 20, "b": 80}, balanced=False) == []
    (warning,) = warn_of_imbalance("y", {"a": 100, "b": 900}, balanced=False)
    assert warning.warning
    assert "only 10 % of y are a" in warning.reason
    assert warning.overrule == "--class-weights balanced"
    (said,) = warn_of_imbalance("y", {"a": 100, "b": 900}, balanced=True)
    assert not said.warning
    assert "probabilities will be too high" in said.reason


def test_rare_classes_are_named() -> None:
    assert warn_of_rare_classes("y", {"a": 10, "b": 10, "c": 10}) == []
    (warning,) = warn_of_rare_classes("y", {"a": 50, "b": 9, "c": 1})
    assert "b (9), c (1)" in warning.reason


def test_classes_that_hardly_come_back_are_refused() -> None:
    check_classes("y", {"a": 2, "b": 2})
    with pytest.raises(DataError, match="expected classes of y that come back, got 3 different values in 5 rows"):
        check_classes("y", {"a": 2, "b": 2, "c": 1})
