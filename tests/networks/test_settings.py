"""The setting that names the network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pellucid.foundation.errors import RangeError
from pellucid.networks.settings import NetworkSettings


def test_anything_but_a_blank_text_passes() -> None:
    assert NetworkSettings().network is None
    assert NetworkSettings(network="dense").network == "dense"
    with pytest.raises(RangeError, match="network to be a name such as dense, got '  '"):
        NetworkSettings(network="  ")


def test_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, pellucid.networks.settings; print([m for m in ('torch', 'numpy', 'polars') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
