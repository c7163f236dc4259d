"""Unknown names: the nearest one is offered."""

from __future__ import annotations

import pytest

from pellucid.foundation.errors import UnknownNameError
from pellucid.foundation.names import look_up, nearest


def test_nearest_ignores_case_and_keeps_the_spelling() -> None:
    assert nearest("SPECIES", ["Species", "Island"]) == "Species"
    assert nearest("zzz", ["Species"]) is None


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"fit expected a target among a1, species, got 'specis': did you mean"):
        look_up("fit", "a target", "specis", {"a1": 0, "species": 1})


def test_many_names_are_cut_short() -> None:
    with pytest.raises(UnknownNameError, match=r"x11, … \(30 in all\), got '\?': use one of these"):
        look_up("fit", "a name", "?", {f"x{i}": i for i in range(30)})
