"""The registry: every set is whole, and its checksums have the form of checksums; the true ones are compared below."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pellucid.data.fetching.catalogue import FETCHED_SETS
from pellucid.data.fetching.named_set import NamedSet
from pellucid.data.fetching.remote import RemoteFile, fault_of
from pellucid.data.sources.named import NAMED_SETS

LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}
FILES = [(named, file) for named in FETCHED_SETS for file in named.files]
WITHOUT_CHECKSUM = {"jena_climate_2009_2016.csv.zip", "mini_speech_commands.zip"}  # none is published
SHARED = {
    "fashion-mnist": "images/fashion-mnist",
    "etth1": "timeseries/etth1",
    "auto-mpg": "tables/mpg",
    "penguins": "tables/penguins",
    "titanic": "tables/titanic",
}


def test_names_are_unique_and_no_names_of_other_sets() -> None:
    names = [named.name for named in FETCHED_SETS]
    assert len(set(names)) == len(names)
    assert not set(names) & set(NAMED_SETS)


@pytest.mark.parametrize("named", FETCHED_SETS, ids=lambda named: named.name)
def test_every_set_is_whole(named: NamedSet) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", named.name)
    assert named.title
    assert named.licence
    assert named.source
    assert named.files
    if named.members:
        re.compile(named.members)
        assert len(named.files) == 1
    elif named.read != ".":
        assert {named.read, named.test} - {""} <= {file.name for file in named.files}
    if named.columns:
        assert set(named.target) <= set(named.columns)


@pytest.mark.parametrize(("named", "file"), FILES, ids=lambda one: one.name)
def test_checksums_and_addresses_have_their_form(named: NamedSet, file: RemoteFile) -> None:
    assert (file.checksums == ()) == (file.name in WITHOUT_CHECKSUM)
    for checksum in file.checksums:
        algorithm, _, digits = checksum.partition(":")
        assert re.fullmatch(f"[0-9a-f]{{{LENGTHS[algorithm]}}}", digits)
    assert all(re.fullmatch(r"https?://[^ ]+", address) for address in file.addresses)
    assert len(set(file.addresses)) == len(file.addresses)


@pytest.mark.skipif("PELLUCID_SHARED_DATA" not in os.environ, reason="the folder PELLUCID_SHARED_DATA is not here")
@pytest.mark.parametrize("name", SHARED)
def test_real_files_have_these_checksums(name: str) -> None:
    folder = Path(os.environ["PELLUCID_SHARED_DATA"]) / SHARED[name]
    named = next(one for one in FETCHED_SETS if one.name == name)
    assert [fault_of(folder / file.name, file) for file in named.files] == [""] * len(named.files)
