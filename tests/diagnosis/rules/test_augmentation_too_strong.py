"""Variation that leaves nothing of the rows, and variation that keeps them."""

from __future__ import annotations

from typing import Any

from pellucid.diagnosis.rules import augmentation_too_strong


def test_too_much(variations: Any) -> None:
    evidence = variations.damaged(variations.drowned)
    assert augmentation_too_strong.measure(evidence) is not None
    for change in (variations.moved, variations.by_torch, variations.plain):
        assert augmentation_too_strong.measure(variations.damaged(change)) is None
