from __future__ import annotations

import pytest
import torch

from pellucid.laboratory.tensors import devices
from pellucid.laboratory.tensors.devices import Devices


@pytest.mark.knowledge("J5")
def test_only_what_changes_is_copied() -> None:
    result = Devices(size=10).run()
    assert result["copied"]["t.to(torch.float64)"] == 80  # bytes: ten numbers of 64 bits
    assert result["copied"]["t.half()"] == 20
    assert result["copied"]["t.cpu()"] == 0


def test_every_device_of_the_machine_is_listed() -> None:
    assert len(Devices().run()["devices"]) == 1 + torch.cuda.device_count() + torch.backends.mps.is_available()


def test_where_devices_mixed_the_claim_would_fail() -> None:
    assert devices._error(torch.ones(2), torch.ones(2)) == ""
