"""Options that say nothing about the kind of input at hand."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.data.options import ONLY_FOR, check_options
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import RangeError

GIVEN: dict[str, Any] = {
    "size": 8,
    "vocabulary": 99,
    "longest": 9,
    "rate": 8000,
    "seconds": 1.0,
    "frames": 4,
    "spacing": 2.0,
    "window": 9,
    "season": 7,
    "known": ("price",),
}


@pytest.mark.parametrize("name", ONLY_FOR)
def test_each_option_is_for_its_kinds_alone(name: str) -> None:
    settings = DataSettings(**{name: GIVEN[name]})
    for kind in ONLY_FOR[name]:
        check_options(settings, kind)
    with pytest.raises(RangeError, match=rf"fit expected {name} only for .*, got it for table: leave it out"):
        check_options(settings, "table")


def test_nothing_given_fits_everything() -> None:
    check_options(DataSettings(), "table")


def test_the_kind_of_arrays_is_no_wish_for_other_data() -> None:
    check_options(DataSettings(kind="series"), "series")
    check_options(DataSettings(kind="table"), "text")  # a column of texts in a table of arrays
    with pytest.raises(RangeError, match="fit expected kind='video' only for arrays .*, got sound: leave it out"):
        check_options(DataSettings(kind="video"), "sound")


@pytest.mark.parametrize("kind", ["table", "text", "series"])
def test_what_is_never_varied_takes_no_changes(kind: str) -> None:
    check_options(DataSettings(augment="none"), kind)
    check_options(DataSettings(augment="flip"), "picture")
    with pytest.raises(RangeError, match=f"fit expected augment only for picture or sound .*, got it for {kind}"):
        check_options(DataSettings(augment="flip"), kind)
