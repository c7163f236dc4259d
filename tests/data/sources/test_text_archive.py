"""Packed folders of texts."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.text_archive import is_text_archive, read_text_archive
from pellucid.foundation.errors import DataError


def pack(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("r/pos/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


def test_texts_are_read_where_they_are(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "r.tar.gz",
        {"r/pos/1.txt": b"good", "r/neg/1.txt": b"bad", "r/README": b"x", "../out.txt": b"out", "/abs.txt": b"out"},
    )
    assert is_text_archive(path)
    data = read_text_archive(path, DataSettings(), ())
    assert data.frame.rows() == [("r/neg/1.txt", "bad", "neg"), ("r/pos/1.txt", "good", "pos")]
    assert (data.kind, data.subject, data.name) == ("text", "text", "r.tar.gz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["r.tar.gz"]


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.tar.gz", {"r/pos/1.txt": b"good" * 9999, "r/neg/1.txt": bytes(range(256)) * 99})
    path.write_bytes(path.read_bytes()[:60])
    assert is_text_archive(path)
    with pytest.raises(DataError, match="to be a whole archive, got .*: fetch it again"):
        read_text_archive(path, DataSettings(), ())


def test_what_is_no_archive_of_texts(tmp_path: Path) -> None:
    assert not is_text_archive("r.tar.gz")
    assert not is_text_archive(tmp_path)
    path = tmp_path / "other.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("picture.png")
        tar.addfile(member)
    assert not is_text_archive(path)
