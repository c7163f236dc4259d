"""A page knows its address, and refuses to be incomplete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.descent import Descent


def test_its_address_is_its_group_and_name() -> None:
    assert Descent().run().page().address == "optimization/descent.html"


def test_all_that_is_missing_is_named_at_once() -> None:
    page = Descent().run().page()
    page.check()
    bare = replace(page, formula="", source="", sections=())
    with pytest.raises(RangeError, match="got optimization.descent without formula, source, example: write it"):
        bare.check()
