"""The documentation is built from the catalogues, and an incomplete record stops it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pellucid.concepts.catalogue import CONCEPTS
from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.catalogue import EXPERIMENTS
from pellucid.surfaces.pages.site import Entry, Group, build, groups


def only_hinge(**changes: str) -> tuple[Group, ...]:
    entry = next(one for group in groups() for one in group.entries if one.name == "hinge")
    page = replace(HINGE.page(), **changes)
    made = Entry(**{name: getattr(entry, name) for name in entry.__slots__} | {"page": lambda: page})
    return (Group(title="losses", meaning="wrong by how much", entries=(made,)),)


def test_every_record_has_a_page_at_its_own_address() -> None:
    addresses = [entry.address for group in groups() for entry in group.entries]
    assert len(addresses) == len(set(addresses)) == len(CONCEPTS) + len(EXPERIMENTS)
    assert all(group.meaning for group in groups())


def test_pages_and_index_are_written(tmp_path: Path) -> None:
    paths = list(build(tmp_path / "site", only_hinge()))
    assert [path.relative_to(tmp_path / "site").as_posix() for path in paths] == ["losses/hinge.html", "index.html"]
    assert 'href="losses/hinge.html"' in paths[-1].read_text()
    assert (tmp_path / "site" / "plotly.js").stat().st_size > 1_000_000


@pytest.mark.parametrize("missing", ["formula", "latex", "source"])
def test_an_incomplete_record_stops_the_build(tmp_path: Path, missing: str) -> None:
    with pytest.raises(RangeError, match=f"got losses.hinge without {missing}: write it in the record"):
        list(build(tmp_path, only_hinge(**{missing: ""})))
