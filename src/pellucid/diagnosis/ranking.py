"""From what the rules found to findings: one root cause first, the rest as its consequences. Plain data, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.diagnosis.finding import Consequence, Finding, Phase
from pellucid.diagnosis.rule import Rule, Verdict


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that found its fault."""

    rule: Rule
    verdict: Verdict
    phase: Phase
    step: int
    """When it was first found."""


def ranked(hits: Sequence[Hit]) -> tuple[Finding, ...]:
    """Return the findings, root causes only, the first cause first.

    A hit is a consequence where another hit's rule explains its cause, directly or through others. Of two causes that
    explain one another, and of roots that nothing relates, the earlier stage is first, then the surer; hints come last.
    """
    ordered = sorted(_one_of_each(hits), key=lambda hit: (hit.rule.stage, -hit.verdict.confidence))
    roots: list[Hit] = []
    below: dict[str, list[Hit]] = {}
    for hit in ordered:
        root = next((one for one in _explainers(hit, ordered) if one in roots), None)
        if root is None and not any(one for one in _explainers(hit, ordered)):
            roots.append(hit)
    for hit in ordered:
        if hit in roots:
            continue
        root = next((one for one in roots if hit.rule.cause in _reach(one, ordered)), None)
        if root is None:
            roots.append(hit)
        else:
            below.setdefault(root.rule.cause, []).append(hit)
    roots.sort(key=lambda hit: (_is_hint(hit), hit.rule.stage, -hit.verdict.confidence))
    return tuple(_finding(root, below.get(root.rule.cause, [])) for root in roots)


def _is_hint(hit: Hit) -> bool:
    return (hit.verdict.severity or hit.rule.severity) == "hint"


def _one_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """Return the surest hit of each cause; the step is that of the earliest."""
    best: dict[str, Hit] = {}
    for hit in hits:
        other = best.get(hit.rule.cause)
        if other is None:
            best[hit.rule.cause] = hit
            continue
        surer = hit if hit.verdict.confidence > other.verdict.confidence else other
        best[hit.rule.cause] = Hit(surer.rule, surer.verdict, surer.phase, min(hit.step, other.step))
    return list(best.values())


def _explainers(hit: Hit, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits whose rules explain this one, but for later ones that it explains itself."""
    found = []
    for other in hits:
        if other is hit or hit.rule.cause not in other.rule.explains:
            continue
        mutual = other.rule.cause in hit.rule.explains
        if not mutual or hits.index(other) < hits.index(hit):
            found.append(other)
    return found


def _reach(root: Hit, hits: Sequence[Hit]) -> set[str]:
    """Return the causes among the hits that a root explains, directly or through others."""
    there = {hit.rule.cause: hit.rule for hit in hits}
    reached: set[str] = set()
    todo = [cause for cause in root.rule.explains if cause in there]
    while todo:
        cause = todo.pop()
        if cause not in reached:
            reached.add(cause)
            todo += [one for one in there[cause].explains if one in there]
    return reached


def _finding(root: Hit, below: Sequence[Hit]) -> Finding:
    rule, verdict = root.rule, root.verdict
    return Finding(
        cause=rule.cause,
        title=rule.title,
        severity=verdict.severity or rule.severity,
        confidence=verdict.confidence,
        phase=root.phase,
        measured=verdict.measured,
        threshold=rule.threshold,
        origin=rule.origin,
        reason=rule.reason,
        remedy=verdict.remedy or rule.remedy,
        flag=verdict.flag,
        layer=verdict.layer,
        step=verdict.step if verdict.step is not None else root.step,
        see=rule.see,
        proof=verdict.proof,
        consequences=tuple(
            Consequence(cause=hit.rule.cause, title=hit.rule.title, measured=hit.verdict.measured) for hit in below
        ),
    )
