"""A training that is killed at random moments and continued ends bit for bit as if nothing had happened."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killing.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_and_continued_trainings_end_bit_for_bit_the_same(tmp_path: Path) -> None:
    trials = [
        ("table", str(tmp_path / "table"), 0, False),
        ("table", str(tmp_path / "table while saving"), 1, True),
        ("pictures", str(tmp_path / "pictures"), 2, False),
    ]
    finished = subprocess.run(
        [sys.executable, str(SCRIPT), json.dumps(trials)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert finished.returncode == 0, finished.stderr
    results = json.loads(finished.stdout)
    assert [result["equal"] for result in results] == [True] * len(trials)
    assert sum(result["kills"] for result in results) >= 3
    assert all(result["left_over"] == ["checkpoint.safetensors", "result"] for result in results)
