"""Where fetched files lie on each platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.foundation.cache import cache_folder, users_folder


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "home/.cache/pellucid"),
        ("linux", {"LOCALAPPDATA": "local"}, "home/.cache/pellucid"),
        ("linux", {"XDG_CACHE_HOME": "xdg"}, "xdg/pellucid"),
        ("darwin", {}, "home/Library/Caches/pellucid"),
        ("win32", {"LOCALAPPDATA": "local"}, "local/pellucid"),
    ],
)
def test_cache_folder(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert cache_folder() == tmp_path / expected


def test_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("PELLUCID_DATA", "~/data")
    assert users_folder() == Path("/home/ada/data")
    monkeypatch.delenv("PELLUCID_DATA")
    assert users_folder() is None
