from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pellucid.foundation.errors import RangeError, RunFolderError
from pellucid.runs.comparing import compare
from pellucid.runs.folder import RunFolder


def test_two_networks_on_the_same_rows(out: Path) -> None:
    found = compare(out / "first", out / "second")
    rows = {name: (one, other) for name, one, other in found.settings}
    assert rows["network"] == ("dense network", "linear network")
    assert rows["dropout"][1] == "–"
    assert "data" not in rows
    assert "seed" not in rows
    assert not {"out", "name", "report", "quiet"} & set(rows)
    assert all(one != other for one, other in rows.values())
    (target,) = found.scores.targets
    pair = next(pair for pair in target.pairs if pair.first.name == "accuracy")
    assert pair.difference is not None
    assert pair.first.value is not None
    assert pair.second.value is not None
    assert pair.difference.value == pytest.approx(pair.first.value - pair.second.value)


def test_a_run_with_itself(out: Path) -> None:
    found = compare(out / "counts", out / "counts")
    assert found.settings == ()
    for pair in found.scores.targets[0].pairs:
        if pair.difference is not None:
            assert (pair.difference.value, pair.difference.verdict) == (0, "noise")


def test_several_targets(out: Path) -> None:
    found = compare(out / "two", out / "two")
    assert [target.target for target in found.scores.targets] == ["price", "sold"]


def test_nothing_in_common(out: Path) -> None:
    with pytest.raises(RangeError, match="two runs that predict the same, got species in first and visits in counts"):
        compare(out / "first", out / "counts")


def test_run_that_was_not_judged(out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(out / "first", tmp_path / "copy"))
    (copy / "scores.json").unlink()
    with pytest.raises(RunFolderError, match=r"expected .*scores.json, got No such file"):
        compare(copy, out / "first")


def test_run_that_knows_no_task(out: Path, tmp_path: Path) -> None:
    folder = RunFolder(Path(shutil.copytree(out / "first", tmp_path / "copy")))
    folder.write_record(replace(folder.read_record(), task=None))
    with pytest.raises(RunFolderError, match="compare expected two trained runs, got first: finish it with"):
        compare(folder.path, out / "first")
