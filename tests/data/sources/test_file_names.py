"""What names of files say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from pellucid.data.sources.file_names import from_names, said_group

WHO = ("ann", "bob", "cat", "dan")


def names(*fields: Sequence[object], separator: str = "_") -> list[str]:
    return [separator.join(map(str, parts)) for parts in product(*fields)]


def said(stems: list[str], labels: list[str] | None = None) -> dict[str, list[str]]:
    return {column.name: column.to_list() for column in from_names(stems, labels).columns}


@pytest.mark.parametrize("separator", ["_", "-", "__"])
def test_spoken_digits(separator: str) -> None:
    stems = names(range(3), WHO, range(5), separator=separator)
    found = said(stems)
    assert list(found) == ["label", "speaker", "take"]
    assert (found["label"][-1], found["speaker"][-1], found["take"][-1]) == ("2", "dan", "4")
    assert from_names(stems).group == "speaker"
    (decision,) = from_names(stems).decisions
    assert decision.choice == (
        "field 1 is the label (3 values: 0, 1, 2), field 2 is the speaker (4 values: ann, bob, cat …), "
        "field 3 is the take (5 values: 0, 1, 2 …)"
    )
    assert decision.warning


def test_words_and_takes() -> None:
    stems = names(("cat", "dog"), range(1, 21))
    assert list(said(stems)) == ["label", "take"]
    assert from_names(stems).group == ""
    assert list(said(names(range(1, 21), ("cat", "dog")))) == ["label", "take"]


def test_a_separator_that_is_in_some_names_only() -> None:
    found = said(names(("yes", "no"), ("jean-paul", "ann", "bob"), range(4)))
    assert sorted(set(found["speaker"])) == ["ann", "bob", "jean-paul"]


def test_constant_fields_are_passed_over_and_other_fields_stay_at_hand() -> None:
    """Modality, channel, emotion, intensity, statement, actor, as RAVDESS names its files: 03-01-06-01-02-12."""
    stems = [
        f"03-01-{e:02d}-{i:02d}-{s:02d}-{a:02d}" for e, i, s, a in product(range(1, 9), (1, 2), (1, 2), range(1, 25))
    ]
    found = said(stems)
    assert list(found) == ["label", "field_4", "field_5", "take"]
    assert len(set(found["label"])) == 8


def test_recordings_with_one_label_each() -> None:
    """Recording, class, occurrence, slice, as UrbanSound8K names its files: pieces of a recording stay together."""
    stems = [f"{1000 + 37 * r}-{r % 4}-0-{piece}" for r in range(40) for piece in range(5)]
    assert list(said(stems)) == ["label", "recording", "take"]
    assert from_names(stems).group == "recording"
    few = [f"{1000 + 37 * r}-{r % 4}-0-{piece}" for r in range(8) for piece in range(5)]
    assert from_names(few).group == ""


def test_folders_say_the_label_and_names_the_speaker() -> None:
    """As in Speech Commands: yes/0a7c2a8d_nohash_0.wav."""
    stems = names(("0a7c2a8d", "12345678", "ffd1e3aa", "00b01445"), ("nohash",), range(4)) * 2
    labels = ["yes"] * 16 + ["no"] * 16
    assert list(said(stems, labels)) == ["speaker"]
    assert from_names(stems, labels).group == "speaker"
    assert said(names(("bark",), range(20)), ["dog"] * 20) == {}


def test_two_speakers_are_too_few_to_divide() -> None:
    named = from_names(names(range(3), WHO[:2], range(5)))
    assert [column.name for column in named.columns] == ["label", "speaker", "take"]
    assert named.group == ""


@pytest.mark.parametrize(
    "stems",
    [
        names(("clip",), range(50)),
        names(("a", "b"), range(4)),
        [*names(range(3), WHO, range(5)), "7_jackson"],
        [f"{number}" for number in range(50)],
        [f"{number}_{number * number}" for number in range(50)],
    ],
    ids=["takes only", "few files", "unequal", "no fields", "values that never return"],
)
def test_names_without_a_pattern(stems: list[str]) -> None:
    assert from_names(stems).columns == ()


def test_what_is_said_of_a_group() -> None:
    decision = said_group("speaker", 6)
    assert "judged on speakers that the network never met" in decision.choice
    assert "a random split would be easier" in decision.reason
    assert decision.overrule == "--split stratified"
