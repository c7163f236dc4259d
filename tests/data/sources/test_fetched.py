"""Sets by name: small files of the same form as the official ones, from a server on this machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import threading
import wave
import zipfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid.data.fetching.catalogue import FETCHED_SETS
from pellucid.data.fetching.fetch import fetch, set_folder
from pellucid.data.fetching.locking import locked
from pellucid.data.fetching.named_set import NamedSet
from pellucid.data.fetching.remote import RemoteFile
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources import fetched
from pellucid.data.sources.fetched import (
    BY_NAME,
    FETCHED,
    is_fetched,
    read_fetched,
    read_named_set,
    ready_folder,
)
from pellucid.foundation.errors import DataError


def at(site: Any, name: str, contents: list[bytes]) -> NamedSet:
    """The set of this name, with other contents of its files, which the site serves."""
    named = BY_NAME[name]
    files = []
    for file, content in zip(named.files, contents, strict=True):
        site.files[file.name] = content
        checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
        files.append(RemoteFile(name=file.name, addresses=(site.at(file.name),), checksums=(checksum,)))
    return replace(named, files=tuple(files))


def idx(values: Any) -> bytes:
    array = np.asarray(values, np.uint8)
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return gzip.compress(header + array.tobytes())


def tar(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def mnist_files() -> list[bytes]:
    return [idx(np.arange(48).reshape(3, 4, 4)), idx([9, 0, 7]), idx(np.ones((2, 4, 4))), idx([7, 1])]


def test_names() -> None:
    assert is_fetched("fashion-mnist")
    assert not is_fetched("iris")
    assert not is_fetched(3)
    assert all(named.name in FETCHED.title for named in FETCHED_SETS)


def test_the_name_gives_what_the_folder_gives(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "BY_NAME", {"mnist": at(site, "mnist", mnist_files())})
    by_name = read_fetched("mnist", DataSettings(), ())
    by_folder = read(set_folder("mnist"))
    assert by_name.fingerprint == by_folder.fingerprint
    assert by_name.name == by_folder.name == "mnist"
    assert by_name.test_rows is not None
    assert by_name.test_rows.tolist() == [False] * 3 + [True] * 2
    assert [decision.topic for decision in by_name.decisions] == ["data set", "data files", "test part"]
    assert "licence: CC BY-SA 3.0" in by_name.decisions[0].reason


@pytest.mark.skipif("PELLUCID_SHARED_DATA" not in os.environ, reason="the folder PELLUCID_SHARED_DATA is not here")
def test_the_real_fashion_mnist_by_name_and_by_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["PELLUCID_SHARED_DATA"]) / "images"
    monkeypatch.setenv("PELLUCID_DATA", str(folder))
    by_name, by_folder = read("fashion-mnist"), read(folder / "fashion-mnist")
    assert not any(decision.warning for decision in by_name.decisions)
    np.testing.assert_array_equal(by_name.content, by_folder.content)
    names = by_folder.frame["label"].cast(str).replace(BY_NAME["fashion-mnist"].classes)
    assert by_name.frame["label"].cast(str).equals(names)
    assert by_name.test_rows is not None
    assert by_name.test_rows.sum() == 10_000


def test_codes_become_names_of_classes(site: Any) -> None:
    dataset = read_named_set(at(site, "fashion-mnist", mnist_files()), DataSettings(), ())
    assert dataset.frame["label"].to_list() == ["Ankle boot", "T-shirt/top", "Sneaker", "Sneaker", "Trouser"]
    assert dataset.target == ("label",)


def test_cifar_is_unpacked_once(site: Any) -> None:
    picture = bytes([1]) + bytes(3072)
    files = {f"data_batch_{i}.bin": picture for i in range(1, 6)} | {"test_batch.bin": picture * 2}
    files |= {"batches.meta.txt": b"airplane\nautomobile\n", "readme.html": b"no"}
    named = at(site, "cifar10", [tar({f"cifar-10-batches-bin/{name}": content for name, content in files.items()})])
    for _ in range(2):
        dataset = read_named_set(named, DataSettings(), ())
        assert dataset.test_rows is not None
        assert dataset.test_rows.sum() == 2
        assert set(dataset.frame["label"]) == {"automobile"}
    (ready,) = set_folder("cifar10").glob("ready-*")
    assert len(list((ready / "cifar-10-batches-bin").iterdir())) == 7


def test_two_processes_unpack_once(site: Any) -> None:
    named = at(site, "california-housing", [tar({"CaliforniaHousing/cal_housing.data": b"1,2\n"})])
    folder = fetch(named.name, named.files).folder
    found: list[Path] = []
    thread = threading.Thread(target=lambda: found.append(ready_folder(named, folder)))
    with locked(folder / ".lock"):
        thread.start()
        thread.join(0.2)
        assert found == []
        with pytest.MonkeyPatch.context() as patch:  # the other process makes it while it holds the lock
            patch.setattr(fetched, "locked", lambda _: nullcontext())
            made = ready_folder(named, folder)
        (made / "mark").touch()
    thread.join()
    assert found == [made]
    assert (made / "mark").exists()


def test_adult_gets_names_of_columns_and_its_test_part(site: Any) -> None:
    row = b"39, State-gov, 77516, Bachelors, 13, Never-married, Adm-clerical, Not-in-family, White, Male, 2174, 0, %d, "
    train = b"".join(row % hours + b"United-States, <=50K\n" + row % hours + b"Cuba, >50K\n" for hours in range(20, 60))
    test = b"|1x3 Cross validator\n" + row % 40 + b"Cuba, <=50K.\n" + row % 41 + b"Cuba, >50K.\n\n"
    dataset = read_named_set(at(site, "adult", [train, test]), DataSettings(), ())
    assert dataset.frame.columns == list(BY_NAME["adult"].columns)
    assert dataset.target == ("income",)
    assert len(dataset) == 82
    assert dataset.frame["income"].to_list()[-2:] == ["<=50K", ">50K"]
    assert dataset.test_rows is not None
    assert dataset.test_rows.nonzero()[0].tolist() == [80, 81]
    said = {decision.topic: decision.reason for decision in dataset.decisions}
    assert said["test part"] == "it is the official test part"


def test_california_housing(site: Any) -> None:
    rows = b"".join(b"-122.23,37.88,%d.0,880.0,129.0,322.0,126.0,8.3252,%d00.0\n" % (i, i) for i in range(1, 30))
    archive = tar({"CaliforniaHousing/cal_housing.data": rows, "CaliforniaHousing/cal_housing.domain": b"no"})
    dataset = read_named_set(at(site, "california-housing", [archive]), DataSettings(), ())
    assert dataset.target == ("median_house_value",)
    assert dataset.frame["median_house_value"].to_list()[:2] == [100, 200]
    assert dataset.frame.shape == (29, 9)


def test_an_archive_of_another_form_leaves_nothing(site: Any) -> None:
    named = at(site, "california-housing", [tar({"other": b"1"})])
    with pytest.raises(DataError, match="got none that is wanted"):
        read_named_set(named, DataSettings(), ())
    assert sorted(path.name for path in set_folder("california-housing").iterdir()) == [".lock", "cal_housing.tgz"]


def reviews(words: str, count: int) -> list[bytes]:
    return [f"This film, number {i} of the year, is {words}, and I would say so again.".encode() for i in range(count)]


def test_imdb_is_texts_in_folders_with_a_test_part(site: Any) -> None:
    files = {}
    for part in ("train", "test"):
        for label, words in (("pos", "a joy to see"), ("neg", "a waste of time")):
            files |= {f"aclImdb/{part}/{label}/{i}_7.txt": text for i, text in enumerate(reviews(words, 3))}
    others = {"aclImdb/train/unsup/0_0.txt": b"no", "aclImdb/train/urls_pos.txt": b"no", "aclImdb/README": b"no"}
    dataset = read_named_set(at(site, "imdb", [tar(files | others)]), DataSettings(), ())
    assert dataset.kind == "text"
    assert dataset.test_rows is not None
    assert dataset.test_rows.sum() == 6
    assert dataset.target == ("label",)
    assert sorted(dataset.frame["label"].to_list()) == ["neg"] * 6 + ["pos"] * 6


def test_newsgroups_are_texts_without_an_ending(site: Any) -> None:
    files = {}
    for part in ("train", "test"):
        for group in ("sci.space", "rec.autos"):
            files |= {f"20news-bydate-{part}/{group}/{i}": text for i, text in enumerate(reviews(group, 3))}
    dataset = read_named_set(at(site, "20-newsgroups", [tar(files)]), DataSettings(), ())
    assert dataset.kind == "text"
    assert dataset.test_rows is not None
    assert dataset.test_rows.tolist() == [False] * 6 + [True] * 6
    assert set(dataset.frame["label"]) == {"sci.space", "rec.autos"}


def test_spoken_words(site: Any) -> None:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(np.arange(1600, dtype=np.int16).tobytes())
    names = [f"mini_speech_commands/{word}/{i}.wav" for word in ("yes", "no") for i in range(2)]
    archive = packed(dict.fromkeys([*names, "__MACOSX/mini_speech_commands/yes/._0.wav"], stream.getvalue()))
    dataset = read_named_set(at(site, "mini-speech-commands", [archive]), DataSettings(), ())
    assert dataset.kind == "sound"
    assert len(dataset) == 4
    assert set(dataset.frame["label"]) == {"yes", "no"}


def test_the_weather_at_jena(site: Any) -> None:
    rows = "".join(f"01.01.2009 {i // 6:02d}:{i % 6}0:00,{i}.5,{-i}.25\n" for i in range(100))
    archive = packed({"jena_climate_2009_2016.csv": f'"Date Time","p (mbar)","T (degC)"\n{rows}'.encode()})
    dataset = read_named_set(at(site, "jena-climate", [archive]), DataSettings(), ())
    assert dataset.target == ("T (degC)",)
    assert dataset.frame.shape == (100, 3)
