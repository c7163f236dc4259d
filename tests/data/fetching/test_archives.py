"""Archives: what is wanted comes out, in its folder, or nothing does."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from pellucid.data.fetching.archives import building, unpack
from pellucid.foundation.errors import DataError


def tar_of(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        folder = tarfile.TarInfo("set")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.mkdir("set")
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def unpacked(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_wanted_files_come_out(tmp_path: Path, make: object) -> None:
    files = {"set/a/1": b"one", "./set/b/2": b"two", "set/c/3": b"three", "__MACOSX/set/a/1": b"no"}
    archive = make(tmp_path / "archive", files)  # type: ignore[operator]
    unpack(archive, tmp_path / "out", members=r"(\./)?set/[ab]/.*", suffix=".txt")
    assert unpacked(tmp_path / "out") == {"set/a/1.txt": b"one", "set/b/2.txt": b"two"}


@pytest.mark.parametrize("make", [tar_of, zip_of])
@pytest.mark.parametrize("name", ["../out.txt", "set/../../out.txt", "/tmp/out.txt", "..\\out.txt", "C:/out.txt"])
def test_names_that_lead_out_are_refused(tmp_path: Path, make: object, name: str) -> None:
    archive = make(tmp_path / "archive", {name: b"bad"})  # type: ignore[operator]
    with pytest.raises(DataError, match="which leads out: do not trust it"):
        unpack(archive, tmp_path / "a" / "b" / "folder")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["archive"]


def test_links_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        link = tarfile.TarInfo("set/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(DataError, match="got the link or device set/link"):
        unpack(tmp_path / "a.tar", tmp_path / "out")


def test_an_archive_without_what_is_wanted_is_said(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", {"set/a": b"one"})
    with pytest.raises(DataError, match="got none that is wanted"):
        unpack(archive, tmp_path / "out", members="other/.*")


@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_a_damaged_archive_is_said(tmp_path: Path, make: object) -> None:
    archive = make(tmp_path / "a", {"set/a": bytes(range(256)) * 2000})  # type: ignore[operator]
    content = bytearray(archive.read_bytes())
    for at in range(len(content) // 3, len(content) // 2):
        content[at] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(DataError, match="to be a whole archive"):
        unpack(archive, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08 half a gzip"])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(DataError, match="to be a whole archive"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "out")


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), building(tmp_path / "set") as fresh:
        (fresh / f"half {1 / 0}").touch()
    assert list(tmp_path.iterdir()) == []
    with building(tmp_path / "set") as fresh:
        (fresh / "a").touch()
        assert not (tmp_path / "set").exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["set", "a"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="free some space"), building(tmp_path / "file" / "set"):
        pass
