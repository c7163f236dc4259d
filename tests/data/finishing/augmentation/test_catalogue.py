"""The names of changes, and how they are written."""

import pytest

from pellucid.data.finishing.augmentation.catalogue import AUGMENTATIONS, read_changes
from pellucid.foundation.errors import RangeError, UnknownNameError


def test_every_change_has_a_name_of_its_own_and_a_usual_amount_in_range() -> None:
    assert len({one.name for one in AUGMENTATIONS}) == len(AUGMENTATIONS)
    assert [one.name for one in AUGMENTATIONS if not one.low <= one.amount <= one.high] == []


def test_changes_are_read_in_the_order_in_which_they_are_made() -> None:
    found = read_changes("mixup, crop(0.8),rotate( 15 ) , flip")
    assert [(change.name, change.amount) for change in found] == [
        ("flip", 0.5),
        ("rotate", 15.0),
        ("crop", 0.8),
        ("mixup", 0.2),
    ]


def test_affine_stands_for_four() -> None:
    assert [change.name for change in read_changes("affine, rotate(3)")] == ["shear", "zoom", "rotate", "shift"]
    assert read_changes("affine, rotate(3)")[2].amount == 3


@pytest.mark.parametrize(
    "wish", ["rotate(200)", "rotate(-1)", "rotate('a')", "rotate(1, 2)", "rotate(by=3)", "flip(True)"]
)
def test_amounts_out_of_range(wish: str) -> None:
    with pytest.raises(RangeError, match=r"expected (rotate|flip) with one number from 0 to "):
        read_changes(wish)


@pytest.mark.parametrize("wish", ["rotat(3)", "affine(3)", ""])
def test_unknown_changes(wish: str) -> None:
    with pytest.raises(UnknownNameError, match="expected a change of pictures"):
        read_changes(wish)
