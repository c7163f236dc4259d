"""What a run folder keeps, in a sentence."""

from __future__ import annotations

from pellucid.diagnosis.diagnosis import Diagnosis
from pellucid.diagnosis.finding import Finding


def of(*titles: str) -> Diagnosis:
    findings = tuple(
        Finding(
            cause=title, title=title, severity="error", confidence=0.9, phase="before", measured="m", threshold="t",
            origin="o", reason="r", remedy="do",
        )
        for title in titles
    )  # fmt: skip
    return Diagnosis(findings=findings, notes=(), rules=85, looks=4, seconds=0.1)


def test_sentences() -> None:
    assert of().sentence == "85 rules found nothing wrong with this training"
    assert of("Softmax twice").sentence == "Softmax twice"
    assert of("A", "B").sentence == "A, and 1 other finding"
    assert of("A", "B", "C").sentence == "A, and 2 other findings"
