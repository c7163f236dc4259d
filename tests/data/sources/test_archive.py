"""What sets of the archives have in common: two parts, labels, lines."""

from pathlib import Path

import numpy as np
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.archive import Part, archive_dataset, official_parts
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

KNOWN = (Column(name="series", kind="identifier", role="feature", missing=0, distinct=1, summary=""),)
ONE = np.array([[1.0], [2.0]], np.float32)


def part(name: str, labels: list[str] | None, real: bool = False) -> Part:
    count = 2 if labels is None else len(labels)
    return Part(
        name=name, series=[ONE + row for row in range(count)], labels=labels, real=real, lines=np.arange(count) + 5
    )


def test_the_test_part_lies_beside_and_counts_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    train, test = tmp_path / "a_TRAIN.ts", tmp_path / "a_TEST.ts"
    train.touch()
    assert official_parts(train, ".ts", DataSettings(), ()) == (train, None)
    test.touch()
    assert official_parts(train, ".ts", DataSettings(), ()) == (train, test)
    assert official_parts(tmp_path, ".ts", DataSettings(), ()) == (train, test)
    assert official_parts(test, ".ts", DataSettings(), ()) == (test, None)
    assert official_parts(train, ".ts", DataSettings(test=0.3), ()) == (train, None)
    assert official_parts(train, ".ts", DataSettings(), KNOWN) == (train, None)
    (tmp_path / "b_TRAIN.ts").touch()
    with pytest.raises(DataError, match="the training part of one set in .*, got a_TRAIN.ts, b_TRAIN.ts: name one"):
        official_parts(tmp_path, ".ts", DataSettings(), ())


def test_two_parts_become_one_data_set() -> None:
    data = archive_dataset([part("a", ["x", "y"]), part("b", ["y", "x", "x"])], "a", DataSettings(), ())
    assert data.frame["series"].to_list()[1:3] == ["line 6 of a", "line 5 of b"]
    assert data.frame["label"].to_list() == ["x", "y", "y", "x", "x"]
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False, False, True, True, True]
    assert data.source_rows.tolist() == [5, 6, 5, 6, 7]
    assert data.decisions[-1].overrule == "--test FRACTION"


def test_labels_are_classes_numbers_or_absent() -> None:
    numbers = archive_dataset([part("a", ["1.5", "?"], real=True)], "a", DataSettings(), ())
    assert numbers.target == ("target",)
    assert numbers.frame["target"].to_list() == [1.5, None]
    with pytest.raises(DataError, match="a number to predict at the end of line 6 of a, got 'high': mend it"):
        archive_dataset([part("a", ["1.5", "high"], real=True)], "a", DataSettings(), ())
    assert archive_dataset([part("a", None)], "a", DataSettings(), ()).target == ()
    empty = archive_dataset([part("a", ["x", ""])], "a", DataSettings(), ())
    assert empty.frame["label"].to_list() == ["x", None]


def test_a_part_without_labels_is_named() -> None:
    with pytest.raises(DataError, match=r"expected labels in B_TEST.ts as in A_TRAIN.ts, got none: leave it out with"):
        archive_dataset([part("A_TRAIN.ts", ["a"]), part("B_TEST.ts", None)], "A", DataSettings(), ())
