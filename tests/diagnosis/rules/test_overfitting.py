"""A network that learns noise by heart, and one that has enough examples."""

from __future__ import annotations

from typing import Any

from pellucid.diagnosis.rules.overfitting import RULE


def test_forty_noisy_examples_are_learnt_by_heart(watched: Any, dense: Any, rings: Any) -> None:
    x, y = rings(40)
    y = y.clone()
    y[::4] = 1 - y[::4]
    doctor = watched(dense(2, 128, 128, 2), data=(x, y), validation=rings(200, seed=1), epochs=150, rules=(RULE,))
    (finding,) = doctor.findings
    assert finding.cause == "overfitting"
    assert "early stopping" in finding.remedy


def test_enough_clean_examples_are_not(watched: Any, dense: Any, rings: Any) -> None:
    doctor = watched(dense(2, 32, 2), data=rings(512), validation=rings(200, seed=1), rules=(RULE,))
    assert doctor.findings == ()


def test_without_validation_nothing_is_said(watched: Any, dense: Any) -> None:
    assert watched(dense(2, 8, 2), epochs=4, rules=(RULE,)).findings == ()


def test_where_the_looks_are_few_copies_that_stop_earlier_tell(watched: Any, dense: Any, rings: Any) -> None:
    x, y = rings(60)
    y = y.clone()
    y[::5] = 1 - y[::5]
    doctor = watched(dense(2, 128, 128, 2), data=(x, y), validation=rings(200, seed=1), epochs=150, rules=())
    looks = doctor.evidence.looks
    doctor.evidence.looks = [looks[0], looks[-1]]
    verdict = RULE.measure(doctor.evidence)
    assert verdict is not None
    assert "the validation loss was lowest at step" in verdict.measured or "validation loss" in verdict.measured
