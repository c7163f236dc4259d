from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from pellucid.runs.folder import RunFolder
from pellucid.runs.records import FORMAT, RunRecord


def test_record_survives_json(out: Path) -> None:
    for name in ("first", "counts", "two"):
        record = RunFolder(out / name).read_record()
        assert record.format == FORMAT
        assert msgspec.json.decode(msgspec.json.encode(record), type=RunRecord) == record


def test_record_is_complete_at_the_end(out: Path) -> None:
    record = RunFolder(out / "first").read_record()
    assert record.status == "finished"
    assert sum(record.parts.values()) == record.source.rows == 150
    assert record.trained is not None
    assert (record.trained.epochs, record.trained.stopped) == (2, "finished")
    assert set(record.seconds) == {"read", "prepare", "build", "train", "judge"}
    assert record.source.location == "iris"
    assert {"python", "pellucid", "torch"} <= set(record.versions)


def test_records_do_not_need_torch() -> None:
    program = "import sys, pellucid.runs.records; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
