import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import content
from pellucid.data.content import Content, Gatherable, Ragged, Selected, feed, gathered, joined, room, taken

LENGTHS = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def digest_of(some: Content) -> str:
    digest = hashlib.blake2b()
    feed(digest, some)
    return digest.hexdigest()


@given(LENGTHS, st.data())
def test_gathered_rows_hold_each_example_and_then_zeros(lengths: list[int], data: st.DataObject) -> None:
    examples = [np.arange(1, length + 1, dtype=np.int16) for length in lengths]
    rows = np.array(data.draw(st.lists(st.integers(0, len(lengths) - 1), min_size=1, max_size=5)))
    padded, found = Ragged.of(examples).gather(rows)
    assert found.tolist() == [lengths[row] for row in rows]
    assert padded.shape == (len(rows), max(max(found), 1))
    for place, row in enumerate(rows):
        assert padded[place, : lengths[row]].tolist() == examples[row].tolist()
        assert not padded[place, lengths[row] :].any()


@given(LENGTHS)
def test_taking_and_then_gathering_is_gathering_the_taken(lengths: list[int]) -> None:
    ragged = Ragged.of([np.full((length, 2), length, np.float32) for length in lengths])
    backwards = np.arange(len(lengths))[::-1]
    assert isinstance(ragged, Gatherable)
    for one, two in zip(ragged.take(backwards).gather(np.array([0])), ragged.gather(backwards[:1]), strict=True):
        np.testing.assert_array_equal(one, two)


def test_examples_joined_otherwise_have_another_fingerprint() -> None:
    one = Ragged.of([np.array([1, 2]), np.array([3])])
    two = Ragged.of([np.array([1]), np.array([2, 3])])
    np.testing.assert_array_equal(one.values, two.values)
    assert digest_of(one) != digest_of(two)
    assert digest_of(one) == digest_of(Ragged.of([np.array([1, 2]), np.array([3])]))


def test_an_array_in_parts_has_the_fingerprint_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.arange(60, dtype=np.uint8).reshape(10, 6)
    whole = digest_of(array)
    monkeypatch.setattr(content, "CHUNK_BYTES", 13)
    assert digest_of(array) == whole
    assert digest_of(array.reshape(6, 10)) != whole
    assert digest_of(np.zeros((0, 3))) != digest_of(np.zeros((0, 4)))


def test_large_arrays_lie_in_an_unlinked_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large, small = room((4, 3), np.uint8), room((2, 5), np.uint8)
    assert isinstance(large, np.memmap)
    assert not isinstance(small, np.memmap)
    assert not list(tmp_path.iterdir())
    large[2] = 7
    selected = taken(large, np.array([2, 0]))
    assert isinstance(selected, Selected)
    assert gathered(selected, np.array([0]))[0].tolist() == [[7, 7, 7]]
    assert gathered(selected.take(np.array([1, 0])), np.array([1]))[0].tolist() == [[7, 7, 7]]
    assert len(selected) == 2
    assert digest_of(selected) == hashlib.blake2b(bytes([7] * 3 + [0] * 3)).hexdigest()


def test_rows_of_an_array_are_copied() -> None:
    array = np.arange(6).reshape(3, 2)
    some = taken(array, np.array([2]))
    assert gathered(some, np.array([0]))[0].tolist() == [[4, 5]]


def test_parts_that_come_one_after_the_other_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [np.arange(5), np.arange(7), np.arange(0), np.arange(3)]
    expected = np.concatenate(parts)
    assert joined(parts, np.uint16).tolist() == expected.tolist()
    assert joined([], np.uint16).tolist() == []
    monkeypatch.setattr("pellucid.data.content.MOST_IN_MEMORY", 12)  # bytes
    mapped = joined(parts, np.uint16)
    assert isinstance(mapped, np.memmap)
    assert mapped.dtype == np.uint16
    assert mapped.tolist() == expected.tolist()
