"""Every rule of the diagnosis: its texts, its relations to the others, what it points to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pellucid.concepts.catalogue import CONCEPTS
from pellucid.diagnosis.rule import Rule
from pellucid.diagnosis.rules.catalogue import RULES
from pellucid.laboratory.catalogue import EXPERIMENTS

ROOT = Path(__file__).parents[2]
CAUSES = {rule.cause for rule in RULES}
SEEN = {f"experiment {experiment.name}" for experiment in EXPERIMENTS} | {f"concept {one.name}" for one in CONCEPTS}
CASES = {
    case
    for path in (ROOT / "benchmarks" / "diagnosis" / "known").glob("*.py")
    for case in re.findall(r'id="(\w+)"', path.read_text())
}


def test_every_rule_has_a_title_of_its_own() -> None:
    assert len({(rule.cause, rule.title) for rule in RULES}) == len(RULES)


def test_every_file_of_a_rule_is_in_the_catalogue() -> None:
    files = {path.stem for path in (ROOT / "src/pellucid/diagnosis/rules").glob("*.py")} - {"__init__", "catalogue"}
    assert files == CAUSES


@pytest.mark.parametrize("rule", RULES, ids=[f"{rule.cause}-{place}" for place, rule in enumerate(RULES)])
def test_texts_and_relations(rule: Rule) -> None:
    texts = (rule.title, rule.measures, rule.threshold, rule.origin, rule.reason, rule.remedy)
    assert all(text.strip() == text and text for text in texts)
    assert rule.reason.endswith(".")
    assert not rule.title.endswith(".")
    assert rule.see, "something must explain it"
    assert set(rule.see) <= SEEN
    assert set(rule.explains) <= CAUSES - {rule.cause}
    assert set(rule.cases) <= CASES
    assert rule.phases
