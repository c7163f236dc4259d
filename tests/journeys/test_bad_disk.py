"""A disk that is full, a folder that cannot be written, a process killed while saving: what was there before stays."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid.foundation.errors import RunFolderError
from pellucid.training.checkpoint import read

CommandLine = Callable[..., Any]
Refused = Callable[..., str]

FLUSHES = 22  # of the files of one run and of the folders that hold them, two for each file that is written
SETTINGS: dict[str, Any] = {
    "target": "kind",
    "out": "runs",
    "name": "run",
    "epochs": 2,
    "report": False,
    "baselines": False,
    "bootstrap": 0,
    "threads": 1,
    "quiet": True,
}


def results(folder: Path) -> list[Any]:
    """Return everything that a run must reach whatever happened on the way."""
    scores = json.loads((folder / "scores.json").read_text(), object_hook=lambda record: {**record, "seconds": None})
    history = [{**json.loads(line), "seconds": None} for line in (folder / "history.jsonl").read_text().splitlines()]
    return [(folder / "network.safetensors").read_bytes(), history, scores]


@pytest.mark.parametrize("moment", range(FLUSHES))
def test_disk_full_at_any_write(monkeypatch: pytest.MonkeyPatch, table: Path, trained: Path, moment: int) -> None:
    """At each flush in turn the kernel says that the disk is full: one sentence, and resuming reaches the same end."""
    flush, flushes = os.fsync, iter(range(10**6))

    def full(descriptor: int) -> None:
        if next(flushes) == moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match=r"expected to write .*, got No space left on device: free some space"):
        pellucid.fit(table, **SETTINGS)
    assert not list(Path().rglob("*.partial"))
    if Path("runs/run").exists():
        pellucid.resume("runs/run", quiet=True)
    else:
        pellucid.fit(table, **SETTINGS)
    assert results(Path("runs/run")) == results(trained)


def test_every_write_of_a_run_was_tried(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    """The number above is the number of flushes of one run."""
    flush, flushed = os.fsync, []

    def counted(descriptor: int) -> None:
        flushed.append(descriptor)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    pellucid.fit(table, **SETTINGS)
    assert len(flushed) == FLUSHES


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Within the context the kernel refuses to let files grow beyond `size` bytes, for real (EFBIG)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [100, 5_000, 50_000])
def test_kernel_refuses_to_write(refused: Refused, table: Path, size: int) -> None:
    """The record, the record with the network, and the first checkpoint are the first files above these sizes."""
    quick = ("--epochs", 2, "--no-report", "--no-baselines", "--bootstrap", 0, "--quiet")
    with largest_file(size):
        sentence = refused("fit", table, "--target", "kind", *quick)
    assert "File too large" in sentence
    assert "what was saved before is intact" in sentence


def test_kernel_refuses_the_report_alone(command_line: CommandLine, table: Path) -> None:
    """A report holds Plotly's script, some megabytes; the trained run is kept, and its report can be written later."""
    quick = ("--epochs", 2, "--no-baselines", "--bootstrap", 0, "--quiet", "--name", "run")
    with largest_file(3_000_000):
        said = command_line("fit", table, "--target", "kind", *quick)
    assert said.code == 2
    assert "expected to write runs/run/report.html, got File too large" in said.err
    assert command_line("report", "run").out.strip() == "runs/run/report.html"
    assert command_line("predict", "run", table).code == 0


@pytest.mark.parametrize("out", ["table.csv", "table.csv/deeper", "/proc/runs"])
def test_folder_that_cannot_be_made(refused: Refused, table: Path, out: str) -> None:
    before = table.read_bytes()
    assert f"to make a folder in {out}, got" in refused("fit", table, "--out", out, "--quiet")
    assert table.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_folder_without_permission(refused: Refused, table: Path) -> None:
    Path("closed").mkdir(mode=0o500)
    assert "to make a folder in closed, got Permission denied" in refused("fit", table, "--out", "closed", "--quiet")


KILLED_WHILE_SAVING = """
import os, signal, sys
import pellucid, pellucid.training.checkpoint as checkpoint, pellucid.training.loop as loop
checkpoint.COST_FACTOR, loop.LOOK_SECONDS = 0, 0.0  # a checkpoint after every step
flush, saved = os.fsync, []
def fsync(descriptor):
    if "checkpoint.safetensors" in os.readlink(f"/proc/self/fd/{descriptor}"):
        saved.append(descriptor)
        if len(saved) == 4:
            os.ftruncate(descriptor, 1000)  # half a file, as a kill may leave it
            os.kill(os.getpid(), signal.SIGKILL)
    flush(descriptor)
os.fsync = fsync
pellucid.fit("table.csv", checkpoint_seconds=0.0, **SETTINGS)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="finds the file by its descriptor in /proc")
def test_killed_while_saving_leaves_the_old_checkpoint(table: Path, trained: Path) -> None:
    program = KILLED_WHILE_SAVING.replace("SETTINGS", repr(SETTINGS))
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    folder = table.parent / "runs" / "run" / "checkpoints"
    assert [path.stat().st_size for path in folder.glob("*.partial")] == [1000]
    header, _ = read(folder / "checkpoint.safetensors")
    assert header.counters.epoch + header.counters.step > 0  # of the third checkpoint, which was whole
    assert header.counters.stopped is None
    pellucid.resume(folder.parent, quiet=True)
    assert results(folder.parent) == results(trained)
    assert not list(folder.glob("*.partial"))
