"""One root cause first, the rest as its consequences."""

from __future__ import annotations

import pytest

from pellucid.diagnosis.ranking import Hit, ranked
from pellucid.diagnosis.rule import Rule, Stage, Verdict


def hit(cause: str, stage: Stage, *, explains: tuple[str, ...] = (), confidence: float = 0.9, step: int = 3) -> Hit:
    rule = Rule(
        cause=cause, title=cause.title(), stage=stage, phases=("during",), measure=lambda _: None, measures="",
        threshold="t", origin="o", reason="r", remedy="m", explains=explains,
    )  # fmt: skip
    return Hit(rule, Verdict(measured=f"{cause} seen", confidence=confidence), "during", step)


def test_nothing_gives_nothing() -> None:
    assert ranked([]) == ()


def test_a_chain_has_one_root() -> None:
    """input_unscaled -> lr_too_high -> dead_relu, handed over in any order."""
    hits = [
        hit("dead_relu", Stage.SIGNAL),
        hit("lr_too_high", Stage.RATE, explains=("dead_relu",)),
        hit("input_unscaled", Stage.INPUT, explains=("lr_too_high",)),
    ]
    for order in (hits, hits[::-1]):
        (root,) = ranked(order)
        assert root.cause == "input_unscaled"
        assert {one.cause for one in root.consequences} == {"lr_too_high", "dead_relu"}


def test_what_nothing_relates_is_ordered_by_stage_and_confidence() -> None:
    hits = [
        hit("late", Stage.RESULT),
        hit("sure", Stage.HEAD, confidence=0.99),
        hit("unsure", Stage.HEAD, confidence=0.6),
    ]
    assert [one.cause for one in ranked(hits)] == ["sure", "unsure", "late"]


def test_of_two_that_explain_one_another_the_earlier_is_the_root() -> None:
    hits = [hit("b", Stage.RATE, explains=("a",)), hit("a", Stage.HEAD, explains=("b",))]
    (root,) = ranked(hits)
    assert root.cause == "a"
    assert [one.cause for one in root.consequences] == ["b"]


def test_the_surest_of_equal_causes_stays_with_the_earliest_step() -> None:
    hits = [hit("a", Stage.HEAD, confidence=0.7, step=2), hit("a", Stage.HEAD, confidence=0.95, step=8)]
    (root,) = ranked(hits)
    assert (root.confidence, root.step) == (pytest.approx(0.95), 2)
