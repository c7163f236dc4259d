"""Fetching: against a server on this machine that cuts, lies, dawdles and fails; never against the internet."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import threading
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from pellucid.data.fetching import fetch as fetching
from pellucid.data.fetching.fetch import fetch, set_folder
from pellucid.data.fetching.locking import locked
from pellucid.data.fetching.remote import RemoteFile
from pellucid.foundation.errors import DataError

CONTENT = bytes(range(256)) * 4096  # 1 MB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def remote(*addresses: str, checksums: tuple[str, ...] = (f"sha256:{SHA256}",), size: int | None = None) -> RemoteFile:
    return RemoteFile(name="a.bin", addresses=addresses, checksums=checksums, size=size)


def fetched(file: RemoteFile) -> bytes:
    return (fetch("small", [file]).folder / "a.bin").read_bytes()


def test_a_file_is_fetched_once_and_checked(site: Any, tmp_path: Path) -> None:
    site.files["a.bin"] = CONTENT
    file = remote(site.at("a.bin"), size=len(CONTENT))
    first = fetch("small", [file])
    assert first.folder == tmp_path / "cache" / "pellucid" / "data" / "small"
    assert (first.folder / "a.bin").read_bytes() == CONTENT
    assert sorted(path.name for path in first.folder.iterdir()) == [".lock", "a.bin"]
    assert "fetched now from 127.0.0.1" in first.decisions[0].choice
    assert first.decisions[0].reason == "their checksums are the published ones"
    assert "fetched before" in fetch("small", [file]).decisions[0].choice
    assert len(site.asked) == 1


@pytest.mark.parametrize("fault", ["cut", "slow"])
def test_what_was_cut_is_gone_on_with(site: Any, fault: str) -> None:
    site.files["a.bin"], site.faults["a.bin"] = CONTENT, deque([fault])
    assert fetched(remote(site.at("a.bin"))) == CONTENT
    assert site.asked == [("a.bin", ""), ("a.bin", f"bytes={len(CONTENT) // 2}-")]


@pytest.mark.parametrize("fault", ["no-etag", "weak"])
def test_without_a_mark_of_the_version_it_begins_anew(site: Any, fault: str) -> None:
    site.files["a.bin"], site.faults["a.bin"] = CONTENT, deque([fault])
    assert fetched(remote(site.at("a.bin"))) == CONTENT
    assert site.asked == [("a.bin", ""), ("a.bin", "")]


@pytest.mark.parametrize("second", ["no-range", "416", "wrong-part"])
def test_a_server_that_gives_no_proper_part_gives_all(site: Any, second: str) -> None:
    site.files["a.bin"], site.faults["a.bin"] = CONTENT, deque(["cut", second])
    assert fetched(remote(site.at("a.bin"))) == CONTENT


def test_a_file_that_changed_between_two_tries_is_fetched_whole(site: Any) -> None:
    site.files["a.bin"], site.faults["a.bin"] = b"old" * 1000, deque(["cut", "500", "500"])
    file = remote(site.at("a.bin"))
    with pytest.raises(DataError, match="answer 500"):
        fetched(file)
    site.files["a.bin"] = CONTENT
    assert fetched(file) == CONTENT
    assert site.asked[-1][1] == "bytes=1500-"


def test_an_interrupted_download_is_gone_on_with_by_the_next_run(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.files["a.bin"], site.faults["a.bin"] = CONTENT, deque(["cut"])

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetched(remote(site.at("a.bin")))
    assert not (set_folder("small") / "a.bin").exists()
    assert fetched(remote(site.at("a.bin"))) == CONTENT
    assert site.asked[-1][1] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_passing_trouble_is_tried_again(site: Any, status: str) -> None:
    site.files["a.bin"], site.faults["a.bin"] = CONTENT, deque([status, status])
    assert fetched(remote(site.at("a.bin"))) == CONTENT
    assert len(site.asked) == 3


@pytest.mark.parametrize(("fault", "reason"), [("404", "answer 404"), ("html", "a web page"), ("500", "answer 500")])
def test_the_mirror_helps_out(site: Any, fault: str, reason: str) -> None:
    site.files |= {"a.bin": CONTENT, "mirror.bin": CONTENT}
    site.faults["a.bin"] = deque([fault] * 3)
    assert fetched(remote(site.at("a.bin"), site.at("mirror.bin"))) == CONTENT
    assert [path for path, _ in site.asked][-1] == "mirror.bin"
    assert len(site.asked) == (4 if fault == "500" else 2)
    site.faults["a.bin"] = deque([fault] * 3)
    with pytest.raises(DataError, match=reason):
        fetch("other", [remote(site.at("a.bin"))])


def test_a_tampered_file_is_noticed_and_the_mirror_asked(site: Any) -> None:
    site.files |= {"a.bin": CONTENT[:-1] + b"x", "mirror.bin": CONTENT}
    assert fetched(remote(site.at("a.bin"), site.at("mirror.bin"))) == CONTENT
    with pytest.raises(DataError, match=r"not the official one \(its sha256 is"):
        fetch("other", [remote(site.at("a.bin"))])
    assert not list(set_folder("other").glob("*a.bin*"))
    with pytest.raises(DataError, match="it has 1,048,576 bytes, not 12"):
        fetch("third", [remote(site.at("a.bin"), size=12)])


@pytest.mark.parametrize("algorithm", ["md5", "sha1"])
def test_older_checksums_are_checked_too(site: Any, algorithm: str) -> None:
    site.files["a.bin"] = CONTENT
    right = f"{algorithm}:{hashlib.new(algorithm, CONTENT).hexdigest()}"
    assert fetched(remote(site.at("a.bin"), checksums=(right, f"sha256:{SHA256}"))) == CONTENT
    with pytest.raises(DataError, match=f"its {algorithm} is"):
        fetch("other", [remote(site.at("a.bin"), checksums=(f"{algorithm}:00",))])


def test_offline_the_sentence_says_what_to_put_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    address = "http://127.0.0.1:9/a.bin"  # the port of discard, where nobody listens
    files = [remote(address, size=1234), RemoteFile(name="b.bin", addresses=(address,))]
    folder = re.escape(str(tmp_path / "pellucid" / "data" / "small"))
    listed = rf"a.bin \(1,234 bytes, {address}\); b.bin \({address}\)$"
    with pytest.raises(DataError, match=rf"got 127.0.0.1: no answer.*put these files into {folder}.*{listed}"):
        fetch("small", files)


def test_other_addresses_than_http_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DataError, match="no address of http or https"):
        fetched(remote((tmp_path / "a.bin").as_uri()))


def test_a_file_that_is_not_the_official_one_is_not_read(site: Any) -> None:
    file = remote(site.at("a.bin"))
    set_folder("small").mkdir(parents=True)
    (set_folder("small") / "a.bin").write_bytes(CONTENT[:-1])
    with pytest.raises(DataError, match="expected the official a.bin .* delete it and run again"):
        fetched(file)
    assert site.asked == []


def test_without_a_published_checksum_the_first_file_counts(site: Any) -> None:
    site.files["a.bin"] = CONTENT
    file = remote(site.at("a.bin"), checksums=())
    first = fetch("small", [file])
    assert first.decisions[0].warning
    assert "no checksum of a.bin is published" in first.decisions[0].reason
    assert (first.folder / "a.bin.sha256").read_text() == f"{SHA256}  a.bin\n"
    assert "as they were when" in fetch("small", [file]).decisions[0].reason
    (first.folder / "a.bin").write_bytes(b"other")
    with pytest.raises(DataError, match="got other content: delete both files"):
        fetched(file)


def test_the_own_folder_comes_first(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "own"))
    file = remote(site.at("a.bin"))
    for folder in (tmp_path / "own", tmp_path / "own" / "small"):
        folder.mkdir()
        (folder / "a.bin").write_bytes(CONTENT)
        found = fetch("small", [file])
        assert found.folder == folder
        assert found.decisions[0].reason == "PELLUCID_DATA names it"
        assert not found.decisions[0].warning
    (tmp_path / "own" / "small" / "a.bin").write_bytes(b"mine")
    mine = fetch("small", [file])
    assert mine.decisions[0].warning
    assert "not the official files: a.bin: its sha256 is" in mine.decisions[0].reason
    assert site.asked == []


def test_other_files_of_the_same_name_are_passed_by(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    site.files["a.bin"] = CONTENT
    (tmp_path / "a.bin").write_bytes(b"of another set")
    assert fetched(remote(site.at("a.bin"))) == CONTENT
    (tmp_path / "a.bin").write_bytes(CONTENT)
    found = fetch("small", [remote(site.at("a.bin"))], alone=True)
    assert found.folder == set_folder("small")


def fetch_in_process(cache: str, address: str, queue: Any) -> None:
    import os

    os.environ["XDG_CACHE_HOME"] = cache
    queue.put(fetched(remote(address)) == CONTENT)


def test_several_processes_fetch_once(site: Any, tmp_path: Path) -> None:
    site.files["a.bin"] = CONTENT
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    arguments = (str(tmp_path / "cache"), site.at("a.bin"), queue)
    processes = [context.Process(target=fetch_in_process, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    assert [queue.get(timeout=20) for _ in processes] == [True] * 3
    for process in processes:
        process.join()
    assert len(site.asked) == 1


def test_waiting_for_another_process_is_said(site: Any, capsys: pytest.CaptureFixture[str]) -> None:
    site.files["a.bin"] = CONTENT
    thread = threading.Thread(target=fetched, args=(remote(site.at("a.bin")),))
    with locked(set_folder("small") / ".lock"):
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join()
    assert "waiting for it" in capsys.readouterr().err
    assert len(site.asked) == 1
