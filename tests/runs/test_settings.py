from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.foundation.settings import HELP
from pellucid.runs.settings import RunSettings, Settings, named, section_of_options, stands_for_object

OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "target": st.lists(st.text(), max_size=3).map(tuple),
    "name": st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    "seed": st.integers(0, 2**62),
    "report": st.booleans(),
    "column": st.dictionaries(st.text(), st.sampled_from(["number", "category", "date"])),
    "test": st.floats(0, 1, exclude_max=True) | st.just("test.csv"),
    "size": st.integers(1, 512) | st.tuples(st.integers(1, 9), st.integers(1, 9)),
    "epochs": st.integers(1, 10**6),
    "learning_rate": st.floats(1e-9, 1e3) | st.just("find"),
    "label_smoothing": st.floats(0, 1, exclude_max=True),
    "network": st.sampled_from(["dense", "linear", "mine:build"]),
    "bootstrap": st.just(0) | st.integers(100, 10**4),
}


@given(st.fixed_dictionaries({}, optional=OPTIONS))
def test_options_and_settings_are_two_forms_of_one_thing(options: dict[str, Any]) -> None:
    settings = Settings.of(**options)
    assert Settings.of(**settings.options()) == settings
    assert set(settings.options()) <= set(options)
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings


def test_every_option_has_one_owner_and_says_what_it_means() -> None:
    default = Settings()
    names = [option.name for section in fields(default) for option in fields(getattr(default, section.name))]
    assert len(names) == len(set(names)) == len(section_of_options())
    for section in fields(default):
        for option in fields(getattr(default, section.name)):
            assert option.metadata[HELP].strip(), option.name


def test_one_target_may_be_a_text() -> None:
    assert Settings.of(target="species").run.target == ("species",)
    assert Settings.of(drop="a").data.drop == ("a",)


def test_paths_and_numbers_of_numpy_are_taken() -> None:
    settings = Settings.of(out=Path("a/b"), test=Path("c.csv"), epochs=np.int32(3), learning_rate=np.float32(0.5))
    assert (settings.run.out, settings.data.test) == ("a/b", "c.csv")
    assert (settings.training.epochs, settings.training.learning_rate) == (3, 0.5)
    assert type(settings.training.epochs) is int


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"epoch": 3}, UnknownNameError, "fit expected an option among .*, got 'epoch': did you mean 'epochs'"),
        ({"epochs": "x"}, RangeError, r"fit expected epochs to be of type int \| None, got 'x'"),
        ({"quiet": "x"}, RangeError, "fit expected quiet to be of type bool, got 'x'"),
        ({"name": 3}, RangeError, r"fit expected name to be of type str \| None, got 3"),
        ({"column": 3}, RangeError, r"column to be of type Mapping\[str, .*, got 3"),
        ({"column": {"a": 3}}, RangeError, r"column to be of type Mapping\[str, .*, got {'a': 3}"),
        ({"column": {"a": "nmber"}}, UnknownNameError, "a kind of column among .*, got 'nmber': did you mean 'number'"),
        ({"learning_rate": "fnd"}, RangeError, "learning_rate to be of type .*'find'.*, got 'fnd'"),
        ({"seed": -1}, RangeError, "seed to be a whole number of at least 0, got -1"),
        ({"out": " "}, RangeError, "out to be the name of a folder, got ' '"),
    ],
)
def test_wrong_options(options: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        Settings.of(**options)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a/"])
def test_name_is_one_folder(name: str) -> None:
    with pytest.raises(RangeError, match="name to be the name of a folder inside --out"):
        RunSettings(name=name)


def test_objects_are_recorded_as_their_names() -> None:
    class Own:
        pass

    settings = Settings.of(network=Own(), optimizer=test_one_target_may_be_a_text).recordable()
    assert settings.network.network == "<Own>"
    assert settings.training.optimizer == "<test_one_target_may_be_a_text>"
    assert stands_for_object(settings.network.network)
    assert not stands_for_object("dense")
    assert not stands_for_object(None)
    assert named("dense") == "dense"
    assert Settings().recordable() == Settings()
