"""Logic gates: the truth tables that must come out, and what one unit can be."""

from __future__ import annotations

from itertools import product

import pytest

from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.principles.gates import CORNERS, XOR, Gates, truth_tables_of_one_unit
from pellucid.laboratory.principles.separability import separation


@pytest.mark.knowledge("F2")
@pytest.mark.parametrize(
    ("gate", "table"),
    [("OR", [0, 1, 1, 1]), ("NAND", [1, 1, 1, 0]), ("AND", [0, 0, 0, 1]), ("XOR", [0, 1, 1, 0])],
)
def test_the_truth_tables(gate: str, table: list[int]) -> None:
    assert (Gates().run()[gate] > 0.5).astype(int).tolist() == table


@pytest.mark.knowledge("F2")
def test_one_unit_is_exactly_what_a_line_separates() -> None:
    def separable(table: tuple[int, ...]) -> bool:
        return separation(CORNERS, 2.0 * CORNERS[:, 0] * 0 + [2.0 * one - 1 for one in table]).direction is not None

    by_programming = {table for table in product((0, 1), repeat=4) if separable(table)}
    assert set(truth_tables_of_one_unit()) == by_programming
    assert XOR not in by_programming


def test_other_weights_are_another_gate() -> None:
    claims = {claim.sentence: claim.holds for claim in Gates(or_weights=(0.0, 0.0, -5.0)).run().claims}
    assert not claims["one unit is OR"]
    assert not claims["the three units together are XOR"]
    assert claims["one unit is NAND"]


def test_a_unit_needs_three_numbers() -> None:
    with pytest.raises(ShapeError, match="gates expected nand_weights to be three numbers"):
        Gates(nand_weights=(1.0, 2.0))
