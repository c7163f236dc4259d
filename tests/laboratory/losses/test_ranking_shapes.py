from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.losses.ranking_shapes import RankingShapes


@pytest.mark.knowledge("C16", "B9")
def test_the_losses_of_the_text_and_the_accident() -> None:
    result = RankingShapes().run()
    assert result["losses"].tolist() == [1, 0, 1]  # docs/knowledge.toml
    # by hand: a - b = (-1, 0, 1); targets 1, 1 give (1, 0, 0), target -1 gives (0, 0, 1)
    np.testing.assert_array_equal(result["matrix"], [[1, 0, 0], [1, 0, 0], [0, 0, 1]])
    assert result.claims[-1].measured.startswith("margin_ranking expected targets of shape (n,) = (3,), got (3, 1)")


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ShapeError, match="of one length, got"):
        RankingShapes(first=(1.0, 2.0))
