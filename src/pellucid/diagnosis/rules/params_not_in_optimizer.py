"""Weights that the optimizer does not know."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence, ParameterEntry
from pellucid.diagnosis.freshness import looks_untrained
from pellucid.diagnosis.proofs import all_trained
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 20  # steps: by then another optimizer would have moved them
AT_LEAST: Final = 3  # steps of a training that is over


def measure(evidence: Evidence) -> Verdict | None:
    """Find trainable weights outside the optimizer that nothing moves and that were not trained before."""
    program = evidence.program
    missing = [entry for entry in program.parameters if entry.trainable and not entry.in_optimizer and entry.numel]
    if program.optimizer is None or not missing:
        return None
    if not _stale(evidence, missing) and not _left_alone(evidence, missing):
        return None
    proof = _found_out(evidence, missing)
    if proof is None:
        return None
    count = sum(entry.numel for entry in missing)
    total = sum(entry.numel for entry in program.parameters if entry.trainable)
    names = ", ".join(entry.name for entry in missing[:4]) + (" and others" if len(missing) > 4 else "")  # noqa: PLR2004
    stale = (
        f"; it holds {program.foreign_in_optimizer} tensors that are not the network's"
        if program.foreign_in_optimizer
        else ""
    )
    return Verdict(
        measured=f"{count:,} of {total:,} trainable weights are not in the optimizer ({names}){stale}",
        confidence=0.96 if stale else 0.92,
        proof=proof,
        layer=missing[0].name.rpartition(".")[0],
        remedy=f"torch.optim.{program.optimizer.name}(network.parameters(), lr={program.optimizer.rate:g}) after the "
        f"last change to the network",
    )


def _left_alone(evidence: Evidence, missing: list[ParameterEntry]) -> bool:
    """Return whether these weights have a gradient and are where they were: no other optimizer moves them."""
    last = evidence.last
    if last is None or last.step < (AT_LEAST if evidence.ended else FEWEST):
        return False
    names = {entry.name for entry in missing}
    facts = [one for one in last.parameters if one.name in names]
    return any(one.gradient_norm for one in facts) and all(one.moved == 0 for one in facts)


def _stale(evidence: Evidence, missing: list[ParameterEntry]) -> bool:
    """Return whether the optimizer holds, in the place of these weights, tensors of such shapes that are others."""
    ours = {id(one) for one in evidence.program.network.parameters()}
    groups = () if evidence.probes.optimizer is None else evidence.probes.optimizer.param_groups
    foreign = {tuple(one.shape[1:]) for group in groups for one in group["params"] if id(one) not in ours}
    return any(len(entry.shape) > 1 and entry.shape[1:] in foreign for entry in missing)


def _found_out(evidence: Evidence, missing: list[ParameterEntry]) -> str | None:
    """Return a proof ("" where none is needed) that these weights are not left alone on purpose; None if they may be.

    Weights that are as they were initialised speak for themselves, and so does an optimizer without any of the
    network's. Where it cannot be told, a copy that trains all of them must get much further.
    """
    weights = dict(evidence.program.network.named_parameters())
    fresh = [looks_untrained(weights[entry.name]) for entry in missing if entry.name in weights]
    if (True in fresh and False not in fresh) or not any(entry.in_optimizer for entry in evidence.program.parameters):
        return ""
    if False in fresh and True not in fresh:
        return None
    return all_trained(evidence) or None


RULE: Final = Rule(
    cause="params_not_in_optimizer",
    title="Weights that the optimizer does not know",
    stage=Stage.WIRING,
    phases=("before", "during"),
    measure=measure,
    measures="the trainable weights outside the optimizer: whether they move, and whether they were trained before",
    threshold="none moved in 20 steps, or the optimizer holds tensors of such shapes that are not the network's; where "
    "the weights do not look as initialised, a copy that trains all of them gets below 0.6 times the loss",
    origin="closed form: an optimizer only moves what it was given",
    reason="An optimizer moves the tensors that it was given when it was made. A layer that was replaced or added "
    "later is not among them, and keeps its random weights.",
    remedy="make the optimizer last, of network.parameters()",
    cost="one trial of up to 400 steps on a copy, only where it cannot be told from the weights",
    see=("experiment optimizers", "experiment initialization"),
    explains=(*TRAINING, "missing_step", "missing_zero_grad", "graph_broken", "bn_stats_not_tracked"),
    cases=("D13",),
)
