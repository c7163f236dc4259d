"""The catalogue of losses."""

from __future__ import annotations

import pytest

from pellucid.concepts.losses.catalogue import LOSSES, loss_called
from pellucid.foundation.errors import UnknownNameError


def test_every_loss_is_found_by_its_name_and_its_aliases() -> None:
    for loss in LOSSES:
        for name in (loss.name, *loss.aliases):
            assert loss_called(name) is loss
            assert loss_called(name.upper().replace("_", "-")) is loss


def test_no_name_is_given_twice() -> None:
    names = [name for loss in LOSSES for name in (loss.name, *loss.aliases)]
    assert len(names) == len(set(names))


def test_an_unknown_loss_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="got 'cross_entrpy': did you mean 'cross_entropy'"):
        loss_called("cross_entrpy")
