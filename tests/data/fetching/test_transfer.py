"""One try at one address, where it differs from what `test_fetch.py` shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pellucid.data.fetching.transfer import TransferFailedError, note_of, transfer
from pellucid.foundation.errors import DataError


def silent(done: int, total: int | None) -> None:
    """Show nothing."""


def test_progress_is_told_from_the_first_to_the_last_byte(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x" * 600_000
    told: list[tuple[int, int | None]] = []
    transfer(site.at("a"), tmp_path / "a.partial", lambda done, total: told.append((done, total)))
    assert told[0] == (0, 600_000)
    assert told[-1] == (600_000, 600_000)
    assert len(told) >= 4  # blocks of 256 KiB


def test_a_body_without_a_length_is_taken_to_its_end(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x" * 1000
    site.faults["a"].append("no-length")
    transfer(site.at("a"), tmp_path / "a.partial", silent)
    assert (tmp_path / "a.partial").stat().st_size == 1000


def test_a_part_of_another_address_is_not_gone_on_with(site: Any, tmp_path: Path) -> None:
    site.files |= {"a": b"x" * 1000, "b": b"y" * 1000}
    site.faults["a"].append("cut")
    with pytest.raises(TransferFailedError, match="ended after 500 of 1,000 bytes"):
        transfer(site.at("a"), tmp_path / "a.partial", silent)
    transfer(site.at("b"), tmp_path / "a.partial", silent)
    assert (tmp_path / "a.partial").read_bytes() == b"y" * 1000


def test_a_damaged_note_is_no_note(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x" * 1000
    partial = tmp_path / "a.partial"
    partial.write_bytes(b"z")
    note_of(partial).write_bytes(b"{")
    transfer(site.at("a"), partial, silent)
    assert partial.read_bytes() == b"x" * 1000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x"
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="XDG_CACHE_HOME"):
        transfer(site.at("a"), tmp_path / "a.partial", silent)
    tmp_path.chmod(0o700)


def test_a_place_that_cannot_be_written_is_said(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x"
    (tmp_path / "a.partial").mkdir()
    with pytest.raises(DataError, match="expected to write .* XDG_CACHE_HOME"):
        transfer(site.at("a"), tmp_path / "a.partial", silent)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_full_disk_is_said(site: Any, tmp_path: Path) -> None:
    site.files["a"] = b"x" * 1000
    (tmp_path / "a.partial").symlink_to("/dev/full")
    with pytest.raises(DataError, match="No space left on device: free some space"):
        transfer(site.at("a"), tmp_path / "a.partial", silent)
