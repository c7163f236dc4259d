"""Training in eval mode: dropout is off and batch norms neither use nor learn the statistics of the batch."""

from __future__ import annotations

from typing import Final

from torch import nn

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.modes import batch_norms, dropouts
from pellucid.diagnosis.rule import Rule, Stage, Verdict

STEPS: Final = 2  # watched in eval mode: one may be an experiment


def measure(evidence: Evidence) -> Verdict | None:
    """Find steps whose forward pass ran in eval mode."""
    names = _with_modes(evidence.program.network)
    seen = [one for one in evidence.steps if one.training is not None]
    wrong = [one for one in seen if not one.training and any(name in names for name in one.in_eval)]
    if len(wrong) < STEPS or not seen or seen[-1].training:
        return None
    first = wrong[0]
    before = any(one.training for one in seen)
    kinds = "dropout is off" if dropouts(evidence.program.network) else "batch normalization learns no statistics"
    since = f"from step {first.step} on" if before else "from the first step on"
    return Verdict(
        measured=f"{since} the network trained in eval mode ({len(wrong)} of {len(seen)} steps that were watched): "
        f"{kinds}",
        confidence=0.95,
        layer=names[0],
        step=first.step,
        remedy="network.train() at the start of every epoch, after the evaluation"
        if before
        else "network.train() before the loop",
    )


def _with_modes(network: nn.Module) -> list[str]:
    """Return the layers whose mode matters, but for those in parts that are frozen on purpose."""
    frozen = [
        name
        for name, child in network.named_children()
        if list(child.parameters()) and not any(one.requires_grad for one in child.parameters())
    ]
    names = [*dropouts(network), *(name for name, one in batch_norms(network) if one.track_running_stats)]
    return [name for name in names if name.split(".")[0] not in frozen]


RULE: Final = Rule(
    cause="train_mode_not_restored",
    title="Trained in eval mode",
    stage=Stage.LOOP,
    phases=("during",),
    measure=measure,
    measures="the mode of the network in the forward passes of its steps",
    threshold=f"{STEPS} steps in eval mode up to the last one that was watched, in a network with dropout or batch "
    "norms",
    origin="closed form: dropout and batch statistics act in training mode only",
    reason="network.eval() stays in force until network.train() is called. Without it dropout no longer regularises "
    "and batch normalization keeps the statistics it had: the network overfits, or trains on wrong statistics.",
    remedy="network.train() at the start of every epoch",
    see=("experiment dropout_modes", "experiment running_statistics"),
    explains=("overfitting", "bn_stats_not_tracked", "exploding_gradient", "lr_too_high"),
)
