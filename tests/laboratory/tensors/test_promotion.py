from __future__ import annotations

import pytest
import torch

from pellucid.laboratory.tensors.promotion import TYPES, Promotion


@pytest.mark.knowledge("J5")
def test_a_float_cannot_be_added_in_place_into_an_int_tensor() -> None:
    result = Promotion(left="int64", right="float32").run()
    assert result.claims[0].holds
    assert "can't be cast to the desired output type Long" in result["error"]  # PyTorch 2.13's own words
    assert result["sum"] == [2.5, 3.5, 4.5]  # a new tensor holds it: 1.5 + (1, 2, 3)


def test_an_int_goes_into_a_float_tensor() -> None:
    result = Promotion(left="float32", right="int64", number=2.0).run()
    assert not result.claims[0].holds
    assert result["error"] == ""


@pytest.mark.knowledge("J5")
def test_the_table_is_that_of_promote_types() -> None:
    types = Promotion().run()["types"]
    for row, a in zip(types, TYPES, strict=True):
        for one, b in zip(row, TYPES, strict=True):
            assert f"torch.{one}" == str(torch.promote_types(getattr(torch, a), getattr(torch, b)))
