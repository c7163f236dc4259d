"""The plain records stay light: the command line imports them at start-up."""

from __future__ import annotations

import subprocess
import sys


def test_records_need_neither_torch_nor_numpy() -> None:
    program = "import sys, pellucid.foundation.records; print([m for m in ('torch', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
