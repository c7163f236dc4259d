"""Evaluation in training mode: dropout drops, and batch norms use and learn the statistics of what is judged."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pellucid.diagnosis.evidence import Evidence, PassFacts
from pellucid.diagnosis.marks import fingerprint
from pellucid.diagnosis.modes import dropouts, has_modes
from pellucid.diagnosis.rule import Rule, Stage, Verdict

REPEATS: Final = 3  # of one batch between two steps: several draws of dropout are wanted (Monte Carlo dropout)
SHARE: Final = 0.5  # of the evaluation passes


def measure(evidence: Evidence) -> Verdict | None:
    """Find evaluation passes during which dropout or batch normalization was in training mode."""
    network = evidence.program.network
    if not has_modes(network):
        return None
    marks = list(evidence.data.validation_marks)
    if evidence.data.validation is not None and len(evidence.data.validation) == evidence.data.validation_rows:
        marks.append(fingerprint(evidence.data.validation.inputs[0]))  # all rows at once
    passes = [one for one in evidence.passes if _is_evaluation(one, marks)]
    wrong = [one for one in passes if one.training and one.in_training]
    if not wrong or len(wrong) < SHARE * len(passes) or _on_purpose(wrong):
        return None
    first = wrong[0]
    what = "dropout drops" if dropouts(network) else "batch normalization uses and learns the statistics of these rows"
    return Verdict(
        measured=f"{len(wrong)} of {len(passes)} evaluation passes that were watched ran in training mode, the first "
        f"after step {first.step}: {what} in {', '.join(first.in_training[:3])}",
        confidence=0.95 if evidence.data.validation_marks else 0.85,
        layer=first.in_training[0],
        step=first.step,
    )


def _is_evaluation(one: PassFacts, marks: list[float]) -> bool:
    """Return whether a pass is known by its batch to be one over validation rows, or at least records no graph."""
    if any(abs(one.fingerprint - mark) <= 1e-9 * abs(mark) for mark in marks):
        return True
    return not one.gradients and not marks


def _on_purpose(wrong: list[PassFacts]) -> bool:
    """Return whether the same batch was put through several times between two steps."""
    return max(Counter((one.step, one.fingerprint) for one in wrong).values()) >= REPEATS


RULE: Final = Rule(
    cause="missing_eval_mode",
    title="Evaluated in training mode",
    stage=Stage.LOOP,
    phases=("during",),
    measure=measure,
    measures="the mode of the network in forward passes over validation batches",
    threshold="half of the passes watched, in a network with dropout or batch normalization",
    origin="closed form: network.eval() is what makes two passes of the same rows equal",
    reason="In training mode dropout silences units at random and batch normalization takes its statistics from the "
    "rows that are judged. The score is random and too low, and the running statistics learn from validation rows.",
    remedy="network.eval() before the evaluation, network.train() after it",
    see=("experiment dropout_modes", "experiment running_statistics"),
    explains=("bn_stats_not_tracked", "dropout_too_high"),
)
