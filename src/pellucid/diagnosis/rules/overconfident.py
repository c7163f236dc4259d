"""The network is surer than it is right: its probabilities cannot be taken at their word."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.looking import VALIDATION_ROWS, evenly
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.class_imbalance import weighted

GAP: Final = 0.1  # of the mean probability of the answer given, above the share of right answers
SURE: Final = 4.0  # standard errors
ROWS: Final = 400  # of fewer the share of right answers is too uncertain: its standard error is up to 2.5 %


def measure(evidence: Evidence) -> Verdict | None:
    """Compare how sure the network is of its answers on validation examples with how often they are right."""
    head, double, examples = head_of(evidence), evidence.double, evidence.data.validation
    if head is None or double is None or examples is None or len(examples) < ROWS or weighted(evidence):
        return None
    rows = evenly(examples, VALIDATION_ROWS)
    outputs = double.outputs(rows)
    chances = None if outputs is None else _chances(head, outputs)
    if chances is None or not isinstance(rows.targets, Tensor) or not bool(torch.isfinite(chances).all()):
        return None
    labels = rows.targets.reshape(len(rows), -1)
    if labels.shape[1] != 1:
        return None
    confidence, answers = chances.max(1)
    right = float((answers == labels[:, 0].long()).float().mean())
    sure = float(confidence.mean())
    error = math.sqrt(max(right * (1 - right), 1e-4) / len(rows))
    if sure - right < max(GAP, SURE * error):
        return None
    return Verdict(
        measured=f"on {len(rows)} validation rows the network gives its answers a probability of {sure:.2f} on "
        "average, and "
        f"{right:.2f} of them are right",
        confidence=0.9,
    )


def _chances(head: Head, outputs: Tensor) -> Tensor | None:
    """Return the probability of each class (n, k); None where the outputs are none."""
    values = outputs.float().reshape(len(outputs), -1)
    if head.kind == "classes" and head.takes in ("logits", "log-probabilities", "probabilities"):
        return values if head.takes == "probabilities" else values.softmax(1)
    if head.kind == "yes/no" and values.shape[1] == 1 and head.takes in ("logits", "probabilities"):
        yes = values.sigmoid() if head.takes == "logits" else values
        return torch.cat([1 - yes, yes], 1)
    return None


RULE: Final = Rule(
    cause="overconfident",
    title="Surer than right",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="the mean probability that the network gives its answers, and the share of them that is right, on "
    "validation "
    "examples",
    threshold="0.1 above the share of right answers, and 4 standard errors, on 400 rows or more",
    origin="of a calibrated network both are equal (closed form); 0.1 is what networks of 2017 were off by "
    "(Guo and others, On calibration of modern neural networks, 2017)",
    reason="Once the training examples are answered rightly the loss still falls when the network says so more "
    "loudly. On "
    "other examples it is then as loud where it is wrong.",
    remedy="fewer epochs, label smoothing, weight decay, or divide the logits by a temperature fitted on validation "
    "examples",
    severity="hint",
    see=("concept calibration_error", "experiment calibration"),
    cost="one pass over up to 2048 validation rows",
)
