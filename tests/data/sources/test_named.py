"""Sets by name: the same numbers as scikit-learn's own loaders give, without importing it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import datasets

from pellucid.data.settings import DataSettings
from pellucid.data.sources import named
from pellucid.data.sources.named import read_named
from pellucid.foundation.errors import DataError


@pytest.mark.parametrize(
    ("name", "load"),
    [("iris", datasets.load_iris), ("wine", datasets.load_wine), ("breast-cancer", datasets.load_breast_cancer)],
)
def test_classes_as_in_sklearn(name: str, load: Callable[[], Any]) -> None:
    theirs, ours = load(), read_named(name, DataSettings(), ())
    *features, target = ours.frame.columns
    assert ours.target == (target,)
    assert features == list(theirs.feature_names)
    np.testing.assert_array_equal(ours.frame.select(features).to_numpy(), theirs.data)
    assert ours.frame[target].to_list() == [theirs.target_names[code] for code in theirs.target]


def test_diabetes_as_in_sklearn_unscaled() -> None:
    theirs, ours = datasets.load_diabetes(scaled=False), read_named("diabetes", DataSettings(), ())
    assert ours.frame.columns == [*theirs.feature_names, "progression"]
    np.testing.assert_array_equal(ours.frame.to_numpy(), np.column_stack([theirs.data, theirs.target]))


def test_digits_as_in_sklearn_scaled_to_bytes() -> None:
    theirs, ours = datasets.load_digits(), read_named("digits", DataSettings(), ())
    assert ours.content is not None
    np.testing.assert_array_equal(ours.content[:, 0], np.rint(theirs.images * 255 / 16))
    assert ours.frame["label"].to_list() == [str(label) for label in theirs.target]


def test_sklearn_is_not_imported() -> None:
    code = "import sys; from pellucid.data.reading import read; read('digits'); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_the_files_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(named, "find_spec", lambda _: None)
    with pytest.raises(DataError, match="pip install scikit-learn"):
        read_named("iris", DataSettings(), ())
