"""How the doctor works: when it looks, what it keeps, what it says of rules that fail."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.doctor import EARLY_LOOKS, Doctor
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.text import HEALTHY

X = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))
BATCHES = [(X, X.sum(1, keepdim=True))]


def rule(measure: Any, *phases: Phase, cause: str = "c") -> Rule:
    return Rule(
        cause=cause, title=f"Title of {cause}", stage=Stage.RATE, phases=phases, measure=measure, measures="m",
        threshold="t", origin="o", reason="r", remedy="do", severity="error",
    )  # fmt: skip


def doctor(*rules: Rule) -> Doctor:
    network = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    return Doctor.of(network, optimizer, nn.MSELoss(), BATCHES, BATCHES, rules=rules)


def test_rules_are_asked_in_their_phases() -> None:
    asked: list[str] = []

    def note(name: str) -> Any:
        return lambda _: asked.append(name)

    one = doctor(rule(note("before"), "before"), rule(note("during"), "during"), rule(note("after"), "after"))
    assert asked == ["before"]
    one.look(1)
    assert asked == ["before", "during"]
    one.end()
    assert asked[-1] == "after"
    assert one.seconds > 0


def test_what_has_passed_is_dropped_and_what_stays_keeps_its_first_step() -> None:
    def while_early(evidence: Evidence) -> Verdict | None:
        return Verdict(measured="early") if evidence.steps_taken < 5 else None

    one = doctor(rule(while_early, "during", cause="early"), rule(lambda _: Verdict(measured="m"), "during"))
    one.look(2)
    assert {finding.cause for finding in one.findings} == {"early", "c"}
    one.look(7)
    assert [(finding.cause, finding.step) for finding in one.findings] == [("c", 2)]


def test_a_rule_that_fails_is_a_note_and_not_the_end() -> None:
    def broken(_: Evidence) -> Verdict | None:
        raise ZeroDivisionError("by zero")

    one = doctor(rule(broken, "before", "during"), rule(lambda _: Verdict(measured="m"), "before", cause="d"))
    assert one.notes == ("the rule c failed: ZeroDivisionError: by zero",)
    one.look(1)
    assert len(one.notes) == 1
    assert [finding.cause for finding in one.findings] == ["d"]


def test_looks_become_rarer() -> None:
    one, looked = doctor(), []
    for step in range(1, 400):
        if one.look_due(step):
            one.look(step)
            looked.append(step)
    assert tuple(looked[:3]) == EARLY_LOOKS
    assert all(later >= 1.4 * earlier for earlier, later in pairwise(looked[2:]))


def test_the_text_of_nothing_and_of_something() -> None:
    assert str(doctor()) == HEALTHY
    assert "ERROR: Title of c" in str(doctor(rule(lambda _: Verdict(measured="m"), "before")))


@pytest.mark.parametrize("data", [None, [torch.ones(3)], iter(BATCHES)])
def test_without_readable_data_only_the_loop_is_watched(data: Any) -> None:
    one = Doctor.of(nn.Linear(3, 1), None, nn.MSELoss(), data)
    assert one.findings == ()
    assert "only the loop is watched" in one.notes[0]
    assert not one.look_due(1)
    one.end()
    assert one.findings == ()


def test_a_network_that_cannot_be_copied_is_said() -> None:
    network = nn.Linear(3, 1)
    network.kept = (2 * network.weight).sum()  # deepcopy refuses tensors inside a graph
    one = Doctor.of(network, None, nn.MSELoss(), BATCHES, rules=())
    assert "cannot be copied" in one.notes[0]


def test_a_batch_that_is_refused_is_said() -> None:
    one = Doctor.of(nn.Linear(7, 1), None, nn.MSELoss(), BATCHES, rules=())
    assert "a batch could not be put through: RuntimeError" in one.notes[0]
