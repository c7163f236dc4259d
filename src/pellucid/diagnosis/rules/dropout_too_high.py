"""So much dropout that the network cannot learn."""

from __future__ import annotations

import math
from typing import Final

from torch import nn

from pellucid.diagnosis.curves import OF_FIRST, much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

HIGH: Final = 0.6
USUAL: Final = 0.2
STEPS: Final = 200
FEWEST_STEPS: Final = 20
DROPOUTS: Final = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)


def measure(evidence: Evidence) -> Verdict | None:
    """Let a copy learn from the start with usual dropout where there is much and the loss is high."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS or not math.isfinite(last.loss):
        return None
    found = [(name, one.p) for name, one in evidence.program.network.named_modules() if isinstance(one, DROPOUTS)]
    high = [(name, p) for name, p in found if p >= HIGH]
    if not high or not last.loss_training_mode > last.loss + OF_FIRST * abs(last.loss):
        return None
    trial = evidence.probes.once(
        "usual dropout", lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=_lowered)
    )
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    name, p = max(high, key=lambda one: one[1])
    return Verdict(
        measured=f"{name} drops {p:.0%} of its inputs; the loss is {last.loss:.3g} without and "
        f"{last.loss_training_mode:.3g} with dropout",
        confidence=0.85,
        layer=name,
        remedy=f"nn.Dropout({USUAL})",
        proof=f"a copy with dropout {USUAL} reaches {trial.after:.3g} in {len(trial.losses)} steps from the start",
    )


def _lowered(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, DROPOUTS) and module.p >= HIGH:
            module.p = USUAL


RULE: Final = Rule(
    cause="dropout_too_high",
    title="Too much dropout",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="the dropout, the loss with and without it, and what a copy with dropout 0.2 reaches",
    threshold="0.6 or more, and a copy with 0.2 that reaches less than 0.6 times the loss in at most as many steps",
    origin="0.5 is the most that is usual (Srivastava and others, 2014)",
    reason="Dropout multiplies the noise of every unit by its share p / (1 - p): with 0.9 each sum rests on a tenth of its "
    "terms, and the network learns to say little.",
    remedy="dropout 0.2 to 0.5",
    severity="warning",
    see=("dropout",),
    explains=("under_trained", "lr_too_low", "capacity_too_small", "functional_dropout_at_eval"),
    cost="one trial of up to 200 steps on a copy, only where there is much dropout",
)
