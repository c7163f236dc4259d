"""The channels of a dense block."""

from __future__ import annotations

import pytest

from pellucid.laboratory.blocks.dense_growth import DenseGrowth


@pytest.mark.knowledge("G10")
def test_three_layers_of_growth_8_on_3_channels_give_27() -> None:
    # Dive into Deep Learning, 8.7: 3 + 3 * 8; weights 9 * 8 * (3 + 11 + 19) by hand
    result = DenseGrowth().run()
    assert result["channels"].tolist() == [3, 11, 19, 27]
    assert result["weights"].sum() == 2376
    assert result["after transition"].shape == (1, 13, 4, 4)


def test_the_smallest_block() -> None:
    assert DenseGrowth(channels=1, layers=1, growth=1).run()["channels"].tolist() == [1, 2]
