"""What transforms check before and say after."""

from __future__ import annotations

import pytest

from pellucid.data.transforms.inputs import check_columns, said_extra
from pellucid.foundation.errors import DataError


def test_all_missing_columns_are_named_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r"without age \(is it 'Age'\?\), zone: add or rename them"):
        check_columns(["age", "size", "zone"], ["Age", "size"])


def test_extra_columns_are_said() -> None:
    assert said_extra(["a", "b"], ["a", "b", "c"]) == ()
    (said,) = said_extra(["a", "new"], ["a"])
    assert said.choice == "not used: new"
