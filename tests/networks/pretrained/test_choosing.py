"""From a name of the hub to a network: what can be built is, and what cannot is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from pellucid.foundation.errors import DataError
from pellucid.foundation.settings import Call
from pellucid.networks.pretrained import choosing
from pellucid.networks.pretrained.choosing import known_model


@pytest.mark.usefixtures("small_model")
def test_options_of_the_model_and_of_the_user() -> None:
    call, said = known_model(Call("hf:ada/small", (), (("frozen", 2),)))
    options = dict(call.options)
    assert call.name == "pretrained"
    assert options["model"] == "ada/small"
    assert options["blocks"] == (1, 2)
    assert options["mean"] == (0.5, 0.5, 0.5)
    assert options["frozen"] == 2
    assert said.overrule == "hf:ada/small@REVISION"


@pytest.mark.usefixtures("small_model")
def test_a_model_that_building_would_not_find_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "at_hand", lambda *_: None)
    with pytest.raises(DataError, match="expected the whole model ada/small .* got a part of it"):
        known_model(Call("hf:ada/small"))


def test_other_models_are_refused(put_model: Callable[..., Path]) -> None:
    put_model("ada/vit", {"model_type": "vit"}, {"a": torch.zeros(1)})
    with pytest.raises(DataError, match="got ada/vit, which is vit: choose one such as"):
        known_model(Call("hf:ada/vit"))
