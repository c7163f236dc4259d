"""Events and records load without torch: a reader of run folders needs them, and no training."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["events", "records", "history", "progress"])
def test_it_loads_without_torch(module: str) -> None:
    code = f"import sys, pellucid.training.{module}; print('torch' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "False"
