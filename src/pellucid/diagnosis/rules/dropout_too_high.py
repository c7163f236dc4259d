"""So much dropout that the network cannot learn."""

from __future__ import annotations

import math
from typing import Any, Final

from torch import nn

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict

HIGH: Final = 0.6
USUAL: Final = 0.2
STEPS: Final = 200
FEWEST_STEPS: Final = 20
FUNCTIONS: Final = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout")


def measure(evidence: Evidence) -> Verdict | None:
    """Let a copy learn from the start with usual dropout where there is much and the loss is high."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS or not math.isfinite(last.loss):
        return None
    high = [(name, p) for name, p in _shares(evidence) if p >= HIGH]
    if not high:
        return None
    trial = evidence.probes.once(
        "usual dropout", lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=_lowered)
    )
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    if not helps_on_validation(evidence, trial.network):
        return None
    name, p = max(high, key=lambda one: one[1])
    return Verdict(
        measured=f"{name or 'a call in the network'} drops {p:.0%} of its inputs; the loss is {last.loss:.3g} without "
        "and "
        f"{last.loss_training_mode:.3g} with dropout",
        confidence=0.85,
        layer=name,
        remedy=f"nn.Dropout({USUAL})",
        proof=f"a copy with dropout {USUAL} reaches {trial.after:.3g} in {len(trial.losses)} steps from the start",
    )


def _shares(evidence: Evidence) -> list[tuple[str, float]]:
    """Return where dropout is called in training mode and how much it drops, between recurrent layers too."""
    contract = evidence.contract
    found = [
        (name, float(one.dropout))
        for name, one in evidence.program.network.named_modules()
        if isinstance(one, nn.RNNBase) and one.num_layers > 1
    ]
    for call in () if contract is None else contract.calls:
        share = call.options.get("p", call.options.get("1"))
        if call.name in FUNCTIONS and isinstance(share, float) and call.options.get("training", True):
            found.append((call.module, share))
    return found


def _lowered(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.RNNBase) and module.dropout >= HIGH:
            module.dropout = USUAL
    replacing(_usual)(network)


def _usual() -> Replace:
    """Drop 0.2 wherever more than 0.6 would be dropped."""

    def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name in FUNCTIONS:
            args = tuple(USUAL if isinstance(one, float) and one >= HIGH else one for one in args)
            kwargs = {key: USUAL if key == "p" and value >= HIGH else value for key, value in kwargs.items()}
        return func(*args, **kwargs)

    return replace


RULE: Final = Rule(
    cause="dropout_too_high",
    title="Too much dropout",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="how much is dropped, and what a copy reaches that drops 0.2, on training and on validation examples",
    threshold="0.6 or more, and a copy with 0.2 that reaches less than 0.6 times the loss in at most as many steps",
    origin="0.5 is the most that is usual (Srivastava and others, 2014)",
    reason="Dropout multiplies the noise of every unit by its share p / (1 - p): with 0.9 each sum rests on a tenth "
    "of its "
    "terms, and the network learns to say little.",
    remedy="dropout 0.2 to 0.5",
    severity="warning",
    see=("concept dropout",),
    explains=("lr_too_low", "functional_dropout_at_eval", *RESULT),
    cost="one trial of up to 200 steps on a copy, only where there is much dropout",
)
