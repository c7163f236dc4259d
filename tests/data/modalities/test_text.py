"""Texts as a kind of input."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.text import TEXTS, features, shortened
from pellucid.data.settings import DataSettings

FITTING = Fitting(settings=DataSettings(), seed=3)
SEEN = ["a good day", "a bad day", "a good night", None]


def dataset(*texts: str | None) -> Dataset:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String), "label": ["x"] * len(texts)})
    return Dataset(kind="text", name="", frame=frame, subject="text", source_rows=np.arange(len(texts)))


def test_summary_is_about_lengths() -> None:
    assert TEXTS.summary(dataset("ab", None, "abcdef")) == "0 … 6 characters, median 2"


def test_features_are_tf_idf_and_its_main_directions() -> None:
    """The weights of single words and of pairs are scikit-learn's; unseen words count nothing."""
    first, second = features(dataset(*SEEN), dataset("a good elephant", "zebra"), FITTING)
    own = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
    expected = own.fit_transform([text or "" for text in SEEN])
    np.testing.assert_allclose(first.scaled.toarray(), expected.toarray(), rtol=1e-6)
    assert first.scaled.shape == (4, 5 + 5)  # a bad day good night; a good, a bad, good day, bad day, good night
    assert second.scaled.shape[1] == first.scaled.shape[1]
    assert second.scaled[1].nnz == 0
    assert first.raw.shape == (4, 3)
    assert first.raw.dtype == np.float32
    np.testing.assert_allclose(second.raw[1], 0, atol=1e-6)
    again, _ = features(dataset(*SEEN), dataset("a"), FITTING)
    np.testing.assert_array_equal(first.raw, again.raw)


def test_features_of_a_script_without_blanks_are_characters() -> None:
    first, _ = features(dataset("很好", "不好"), dataset("好"), FITTING)
    assert first.scaled.shape == (2, 5)  # 很 好 不 很好 不好


def test_one_word_is_too_few_for_directions() -> None:
    first, _ = features(dataset("word", "word"), dataset("word"), FITTING)
    assert first.raw.tolist() == [[1.0], [1.0]]


def test_one_text_is_told_with_its_middle_left_out() -> None:
    tell = TEXTS.tell
    assert tell is not None
    assert tell(dataset("a  b\nc", None), 0) == {"text": "a b c"}
    assert tell(dataset("a", None), 1) == {"text": ""}
    assert shortened("word " * 100) == ("word " * 30).strip() + " … " + ("word " * 30).strip()


@pytest.mark.parametrize("name", ["linear model", "boosted trees"])
def test_baselines_say_what_they_learn_from(name: str) -> None:
    assert "TF-IDF" in TEXTS.baselines[name]


def test_the_transform_is_fitted_with_the_settings() -> None:
    transform = TEXTS.fit(dataset(*SEEN), Fitting(settings=DataSettings(longest=2)))
    assert transform.spec(4).shape == (2,)
