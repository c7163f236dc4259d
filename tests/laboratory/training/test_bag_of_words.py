from __future__ import annotations

from pellucid.laboratory.training.bag_of_words import BagOfWords


def test_documents_are_multi_hot_and_balanced() -> None:
    documents, classes = BagOfWords()._documents()
    assert set(documents.ravel().tolist()) == {0.0, 1.0}
    assert classes.mean() == 0.5
    assert documents.mean() < 0.1  # sparse, as text is
