"""The metric compares logits with 0.5, or probabilities with 0."""

from __future__ import annotations

import itertools
import math
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import near
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept

ROWS: Final = 8
FAR: Final = 4.0  # an output that is sure
SURE: Final = (-2.0, -0.1, 0.1, 0.4, 0.6, 0.9)  # outputs: the metric's threshold lies between two of them


def measure(evidence: Evidence) -> Verdict | None:
    """Ask the user's metric about made-up outputs, all the same, where every answer is yes: where does it flip?"""
    head, metric = head_of(evidence), evidence.program.metric
    if head is None or metric is None or head.kind != "yes/no" or head.takes not in ("logits", "probabilities"):
        return None
    if not isinstance(head.targets, Tensor) or head.outputs.numel() != head.targets.numel():
        return None
    scores = [_asked(evidence, head, value) for value in SURE]
    if not all(map(math.isfinite, scores)):
        return None
    if near(scores[0], scores[-1]):
        return _deaf(evidence, head)
    same = [near(one, other) for one, other in itertools.pairwise(scores)]
    if same.count(False) != 1:
        return None  # no threshold, but something smooth
    low, high = SURE[same.index(False)], SURE[same.index(False) + 1]
    wanted = 0.0 if head.takes == "logits" else 0.5
    if low < wanted < high:
        return None
    flips = f"between {low:g} and {high:g}"
    return Verdict(
        measured=f"the metric takes an output for a yes from {flips} on, and {evidence.program.loss_name} takes "
        f"{head.takes}, whose border is {wanted:g}",
        confidence=0.95,
        remedy=_remedy(head),
    )


def _deaf(evidence: Evidence, head: Head) -> Verdict | None:
    """Find a metric that says the same whatever the outputs are, and not whatever the answers are."""
    answers = (torch.arange(head.targets[:ROWS].numel()) % 2).reshape(head.targets[:ROWS].shape).to(head.targets)
    right = ((answers.float() * 2 - 1) * FAR).reshape(head.outputs[:ROWS].shape)
    ones, zeros = torch.ones_like(answers), torch.zeros_like(answers)
    made = (right, -right, torch.full_like(right, FAR), torch.full_like(right, -FAR))
    scores = [_of(evidence, outputs, answers) for outputs in made]
    yes, no = (_of(evidence, right, one) for one in (ones, zeros))
    if not all(map(math.isfinite, (*scores, yes, no))) or near(yes, no):
        return None
    if not all(near(one, scores[0]) for one in scores):
        return None
    return Verdict(
        measured=f"the metric is {scores[0]:.3g} for outputs that are all right, {scores[1]:.3g} for outputs that are "
        f"all wrong, and the same where all are {FAR:g} or all {-FAR:g}: it takes every output for the same answer",
        confidence=0.95,
        remedy=_remedy(head),
    )


def _remedy(head: Head) -> str:
    if head.takes == "logits":
        return "outputs > 0 in the metric, or torch.sigmoid(outputs) > 0.5"
    return "outputs > 0.5 in the metric"


def _asked(evidence: Evidence, head: Head, value: float) -> float:
    """Return the metric of outputs that are all this value, where every answer is yes; NaN where it refuses."""
    return _of(evidence, torch.full(head.outputs[:ROWS].shape, value), torch.ones_like(head.targets[:ROWS]))


def _of(evidence: Evidence, outputs: Tensor, targets: Tensor) -> float:
    with generators_kept(), torch.no_grad():
        try:
            return float(evidence.program.metric(outputs, targets))
        except (*REFUSALS, ZeroDivisionError):
            return math.nan


RULE: Final = Rule(
    cause="metric_threshold_on_logits",
    title="The metric has its threshold at the wrong place",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="at which output the metric flips from no to yes, on made-up outputs",
    threshold="0 for logits, 0.5 for probabilities; or the same number for outputs that are all right and all wrong",
    origin="closed form: sigmoid(0) = 0.5",
    reason="A logit of 0 is a probability of one half. Compared with 0.5, everything between one half and 0.62 counts "
    "as a no: the training is sound, and the number that is reported is not.",
    remedy="outputs > 0 in the metric",
    see=("concept sigmoid", "concept accuracy", "experiment threshold_cost"),
    explains=("class_imbalance", "under_trained"),
    cases=("A25",),
)
