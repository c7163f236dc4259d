"""How changes are written."""

import pytest

from pellucid.data.transforms.changes import changes_of, said_changes
from pellucid.foundation.errors import RangeError, UnknownNameError

USUAL = {"shift": 0.1, "gain": 3.0, "flip": 0.5}


def names(wish: str | None) -> list[str]:
    return [str(change) for change in changes_of(wish, USUAL, ("shift", "gain"))]


@pytest.mark.parametrize("wish", [None, "auto"])
def test_what_is_done_where_nothing_is_said(wish: str | None) -> None:
    assert names(wish) == ["shift(0.1)", "gain(3)"]


def test_wishes_are_read_in_the_order_of_the_changes() -> None:
    assert names("none") == []
    assert names("flip, gain( 12 ) ,shift") == ["shift(0.1)", "gain(12)", "flip(0.5)"]


@pytest.mark.parametrize("wish", ["gain(-1)", "gain('a')", "gain(1, 2)", "gain(by=2)", "gain(True)"])
def test_wrong_amounts(wish: str) -> None:
    with pytest.raises(RangeError, match=r"expected gain with one number of at least 0, got .*: write gain\(3\)"):
        names(wish)


def test_unknown_changes() -> None:
    with pytest.raises(UnknownNameError, match="expected a change of training examples .*shift"):
        names("shft")


def test_amounts_that_are_too_large() -> None:
    with pytest.raises(RangeError, match=r"expected flip with one number from 0 to 1, got .*: write flip\(0\.5\)"):
        changes_of("flip(2)", USUAL, (), most=1.0)


def test_what_is_said() -> None:
    meanings = {"shift": "moved by {:.2g}", "flip": "turned"}
    said = said_changes(changes_of(None, USUAL, ["shift"]), meanings, None, "it helps")
    assert (said.choice, said.reason) == ("moved by 0.1; in training only", "it helps")
    assert said.overrule == "--augment none, or --augment 'shift, flip'"
    none = said_changes((), meanings, "none", "it helps")
    assert (none.choice, none.reason) == ("none", "you asked for it")
