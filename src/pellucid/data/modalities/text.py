"""Texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality
from pellucid.data.text.scripts import unspaced_share
from pellucid.data.text.symbols import are_symbols
from pellucid.data.transforms.text import (
    SAMPLE_TEXTS,
    UNSPACED_SHARE,
    TextTransform,
    fit_text,
    said_unknown,
    texts_of,
)
from pellucid.foundation.features import Features
from pellucid.foundation.seeds import seed_for

SHOWN_CHARACTERS: Final = 300
MOST_TERMS: Final = 50_000  # of TF-IDF; rarer ones of 2,000 film reviews occur five times at most
DIRECTIONS: Final = 100  # into which TF-IDF is turned for trees, which cannot learn from tens of thousands of columns
SEEDS_OF_SCIKIT_LEARN: Final = 2**32


def summary(dataset: Dataset) -> str:
    """Return how long the texts are."""
    lengths = texts_of(dataset).fill_null("").str.len_chars().to_numpy()
    low, middle, high = np.quantile(lengths, [0, 0.5, 1]).astype(int).tolist()
    return f"{low:,} … {high:,} characters, median {middle:,}"


def fit(dataset: Dataset, fitting: Fitting) -> TextTransform:
    """Fit the transform on the training texts."""
    return fit_text(texts_of(dataset), fitting.settings, fitting.tokenizer)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return TF-IDF of both parts, of the terms of the first; and its main directions for trees."""
    from sklearn.decomposition import TruncatedSVD

    texts = [texts_of(part).fill_null("") for part in (seen, judged)]
    vectorizer = _vectorizer(texts[0])
    scaled = [vectorizer.fit_transform(texts[0]), vectorizer.transform(texts[1])]
    width = min(DIRECTIONS, *(size - 1 for size in scaled[0].shape))
    if width < 1:
        raw = [part.toarray() for part in scaled]
    else:
        seed = seed_for(fitting.seed, "directions") % SEEDS_OF_SCIKIT_LEARN
        reduction = TruncatedSVD(width, random_state=seed)
        raw = [reduction.fit_transform(scaled[0]), reduction.transform(scaled[1])]
    categorical = np.zeros(raw[0].shape[1], dtype=np.bool_)
    first, second = (
        Features(raw=dense.astype(np.float32), categorical=categorical, scaled=sparse)
        for dense, sparse in zip(raw, scaled, strict=True)
    )
    return first, second


def _vectorizer(texts: pl.Series) -> Any:
    """Return what makes TF-IDF: of words, marks and their pairs, or of up to three characters in a row."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    common = {"max_features": MOST_TERMS, "sublinear_tf": True, "dtype": np.float32}
    if are_symbols(texts) or unspaced_share(texts[:SAMPLE_TEXTS]) > UNSPACED_SHARE:
        return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **common)
    return TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+(?:['’]\w+)*\b|[^\w\s]", **common)


def tell(dataset: Dataset, row: int) -> Mapping[str, str]:
    """Return the text, its middle left out where it is long."""
    return {dataset.subject: shortened(texts_of(dataset)[row] or "")}


def shortened(text: str, most: int = SHOWN_CHARACTERS) -> str:
    """Return a text with `…` in place of its middle where it is longer than so many characters.

    Example:
        >>> shortened("abcdefghij", 5)
        'ab … ij'
    """
    text = " ".join(text.split())
    half = most // 2
    return text if len(text) <= most else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


TEXTS: Final = Modality(
    kind="text",
    noun="text",
    summary=summary,
    transform=TextTransform,
    fit=fit,
    features=features,
    applied=said_unknown,
    tell=tell,
    baselines={
        "linear model": "it learns from TF-IDF of words and pairs of words, or of up to three characters in a row "
        "where there are no blanks between words",
        "boosted trees": f"they learn from up to {DIRECTIONS} main directions of TF-IDF",
    },
)
