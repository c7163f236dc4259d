"""The lock: two cannot hold it, and it is free when its holder ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pellucid.data.fetching.locking import locked
from pellucid.foundation.errors import DataError


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "a.lock", lambda: order.append("waits")):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path / "a.lock"):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["waits", "first", "second"]


def test_a_lock_file_that_was_left_behind_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.lock").touch()
    with locked(tmp_path / "a.lock"):
        pass
    assert (tmp_path / "a.lock").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DataError, match="expected to write into .* XDG_CACHE_HOME"),
        locked(tmp_path / "file" / "a.lock"),
    ):
        pass
