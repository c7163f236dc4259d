"""Atomic writing: the old file or the new one, never half of one."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pellucid.foundation.errors import DataError, RunFolderError
from pellucid.foundation.files import atomic_path, read_json, temporary_file, write_bytes, write_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    left: int
    right: tuple[str, ...]


def test_json_round_trip(tmp_path: Path) -> None:
    write_json(tmp_path / "pair.json", Pair(left=1, right=("a", "ü")))
    assert read_json(tmp_path / "pair.json", Pair) == Pair(left=1, right=("a", "ü"))


def test_an_error_while_writing_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def broken() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half of the n")
            raise ZeroDivisionError("stands for any error")

    with pytest.raises(ZeroDivisionError, match="any error"):
        broken()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_a_sentence_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match=r"expected to write .*file, got No space left on device: free some space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"expected .*none\.json, got No such file"):
        read_json(tmp_path / "none.json", Pair)


@pytest.mark.parametrize("content", [b"{", b'{"left": 1, "right": [2]}', b"\xff\xfe", b""])
def test_damaged_json_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pair.json").write_bytes(content)
    with pytest.raises(RunFolderError, match="damaged or foreign content"):
        read_json(tmp_path / "pair.json", Pair)


def test_killed_while_writing_the_file_is_whole(tmp_path: Path) -> None:
    """A process that rewrites a file again and again is killed; what is there is one whole version."""
    path = tmp_path / "file"
    program = (
        "import sys; from pathlib import Path; from pellucid.foundation.files import write_bytes\n"
        "for i in range(256): write_bytes(Path(sys.argv[1]), bytes([i]) * 300_000)\n"
    )
    for delay in (0.05, 0.1, 0.2):
        process = subprocess.Popen([sys.executable, "-c", program, str(path)])
        while not path.exists() and process.poll() is None:
            time.sleep(0.001)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        content = path.read_bytes()
        assert len(content) == 300_000
        assert len(set(content)) == 1


def test_a_temporary_file_has_its_room_and_goes() -> None:
    with temporary_file(1 << 16) as file:
        assert os.fstat(file.fileno()).st_blocks * 512 >= 1 << 16  # POSIX counts blocks of 512 bytes
        path = Path(file.name)
    assert not path.exists()


def test_no_room_for_a_temporary_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(DataError, match="expected room for the data in .*, got No space left on device: free some"):
        temporary_file(8).__enter__()
    with temporary_file() as file:
        assert file.write(b"x") == 1


def test_other_errors_inside_are_not_its_own() -> None:
    with pytest.raises(OSError, match="unrelated"), temporary_file():
        raise OSError(errno.EIO, "unrelated")
