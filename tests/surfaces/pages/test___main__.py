"""`python -m pellucid.surfaces.pages FOLDER`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pellucid.surfaces.pages.__main__ import main
from pellucid.surfaces.pages.site import Group, groups


def only_hinge() -> tuple[Group, ...]:
    losses = groups()[0]
    return (replace(losses, entries=tuple(one for one in losses.entries if one.name == "hinge")),)


def test_the_command_says_each_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pellucid.surfaces.pages.__main__.groups", only_hinge)
    main([str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[-1].endswith("index.html")
    monkeypatch.chdir(tmp_path)
    main([])
    assert (tmp_path / "site" / "index.html").is_file()
