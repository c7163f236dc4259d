"""Fetching from the hub: against a server on this machine that answers like the hub; never against the internet."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from huggingface_hub import constants

from pellucid.foundation.errors import DataError
from pellucid.foundation.hub import HubName, at_hand, snapshot

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {"train.csv": b"x,y\n1,a\n", "big.bin": b"not wanted"}


class Hub(BaseHTTPRequestHandler):
    """The few answers of the hub that fetching needs."""

    refusals: ClassVar[dict[str, tuple[int, str]]] = {
        "/api/datasets/ada/private/": (401, "RepoNotFound"),
        "/api/datasets/ada/gated/": (403, "GatedRepo"),
        "/api/datasets/ada/set/revision/v9": (404, "RevisionNotFound"),
        "/api/datasets/ada/down/": (500, ""),
    }
    asked: ClassVar[list[str]] = []

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(path)
        for start, (status, code) in self.refusals.items():
            if path.startswith(start):
                self.answer(b"{}", status=status, **({"X-Error-Code": code} if code else {}))
                return
        if "/revision/" in path:
            self.answer(json.dumps({"id": "ada/set", "sha": COMMIT, "siblings": []}).encode())
        elif "/tree/" in path:
            tree = [
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                for name, content in FILES.items()
            ]
            self.answer(json.dumps(tree).encode())
        else:
            content = FILES[path.rpartition("/")[2]]
            self.answer(content, **{"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha1(content).hexdigest()}"'})

    def answer(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.delenv("PELLUCID_DATA", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    Hub.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("hub")
def test_wanted_files_are_fetched_and_the_revision_recorded() -> None:
    found = snapshot(HubName.parse("hf:ada/set"), "dataset", ("*.csv",))
    assert found.revision == COMMIT
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == {"train.csv": FILES["train.csv"]}
    Hub.asked.clear()
    assert snapshot(HubName.parse(f"hf:ada/set@{COMMIT}"), "dataset", ("*.csv",)) == found
    assert Hub.asked == []  # a commit never changes: nothing to ask for


def test_offline_what_was_fetched_is_there(hub: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    found = snapshot(HubName.parse("hf:ada/set"), "dataset", ("*.csv",))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # the port of discard, where nobody listens
    assert snapshot(HubName.parse("hf:ada/set"), "dataset", ("*.csv",)) == found
    with pytest.raises(DataError, match="got no answer .* put its files into the folder ada/other of .*PELLUCID_DATA"):
        snapshot(HubName.parse("hf:ada/other"), "dataset", ("*.csv",))


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "hf:ada/private",
            "the dataset ada/private on the hub, got none: check owner and name; if it is private, open",
        ),
        ("hf:ada/gated", "got one that is not open to everyone: open its page"),
        ("hf:ada/set@v9", "in revision v9, got none: name a branch"),
        ("hf:ada/down", "got no answer"),
        ("hf:-ada/set", "got no answer"),
    ],
)
def test_what_cannot_be_fetched_is_said(name: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        snapshot(HubName.parse(name), "dataset", ("*",))


def test_the_own_folder_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    (tmp_path / "ada" / "set").mkdir(parents=True)
    found = snapshot(HubName.parse("hf:ada/set"), "dataset", ("*",))
    assert found.folder == tmp_path / "ada" / "set"
    assert found.revision == ""


def test_what_was_fetched_is_at_hand(hub: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = HubName.parse(f"hf:ada/set@{COMMIT}")
    assert at_hand(name, "dataset", ("*.csv",)) is None
    found = snapshot(name, "dataset", ("*.csv",))
    Hub.asked.clear()
    assert at_hand(name, "dataset", ("*.csv",)) == found.folder
    assert Hub.asked == []
    with monkeypatch.context() as without:
        without.setattr("importlib.util.find_spec", lambda _: None)
        assert at_hand(name, "dataset", ("*.csv",)) is None
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    (tmp_path / "ada" / "set").mkdir(parents=True)
    assert at_hand(name, "dataset", ("*.csv",)) == tmp_path / "ada" / "set"
