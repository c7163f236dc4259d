"""A small web site on this machine that serves well, or cuts, lies, dawdles and fails when it is told to."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from pellucid.data.fetching import fetch, transfer

SLOW_SECONDS = 0.6


@dataclass
class Site:
    """What a test sees of the server."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    """By path: what goes wrong with the next requests: cut, slow, html, no-etag, wrong-part, or a status."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and range of each request."""

    def at(self, path: str) -> str:
        return f"{self.address}/{path}"


class Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        path, asked = self.path.lstrip("/"), self.headers.get("Range", "")
        self.site.asked.append((path, asked))
        fault = self.site.faults[path].popleft() if self.site.faults[path] else ""
        if fault.isdecimal() or path not in self.site.files:
            self.send_error(int(fault or 404))
            return
        content, etag = self.site.files[path], f'"{hash(self.site.files[path])}"'
        start = 0
        if asked and self.headers.get("If-Range") == etag and fault != "no-range":
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "text/html" if fault == "html" else "application/octet-stream")
        if fault != "no-length":
            self.send_header("Content-Length", str(len(content) - start))
        if fault != "no-etag":
            self.send_header("ETag", f"W/{etag}" if fault == "weak" else etag)
        if start:
            first = 0 if fault == "wrong-part" else start
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        body = content[start:]
        if fault in ("cut", "no-etag", "weak", "wrong-part"):
            self.wfile.write(body[: len(body) // 2])
            return
        if fault == "slow":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            time.sleep(SLOW_SECONDS)
            return
        self.wfile.write(body)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    """A running site; the cache is a folder of the test, and nothing waits long."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PELLUCID_DATA", raising=False)
    monkeypatch.setattr(fetch, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(transfer, "TIMEOUT_SECONDS", SLOW_SECONDS / 3)
    handler = type("SiteHandler", (Handler,), {"site": Site()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.site.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield handler.site
        server.shutdown()
        thread.join()
