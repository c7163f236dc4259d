"""Dropout that does not stop: a function called without the network's mode."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.modes import calls_in_eval, option
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

DROPOUTS: Final = frozenset(
    {"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "feature_dropout"}
)
ATTENTION: Final = "scaled_dot_product_attention"
ATTENTION_PLACE: Final = 4  # of dropout_p among the arguments


def measure(evidence: Evidence) -> Verdict | None:
    """Find dropout that is at work in eval mode, outside of a layer that is a dropout itself."""
    found = [call for call in calls_in_eval(evidence) if _drops(call)]
    if not found:
        return None
    call = found[0]
    where = f" in {call.module}" if call.module else ""
    difference = evidence.contract.eval_difference if evidence.contract is not None else 0.0
    p = _rate(call)
    fix = (
        f"dropout_p={p:g} if self.training else 0.0"
        if call.name == ATTENTION
        else f"F.{call.name}(x, {p:g}, training=self.training)"
    )
    return Verdict(
        measured=f"{call.name}{where} drops {p:.0%} in eval mode; two passes of the same rows differ by "
        f"{difference:.3g}",
        confidence=0.97,
        layer=call.module,
        remedy=fix,
    )


def _drops(call: Call) -> bool:
    if call.name == ATTENTION:
        return _rate(call) > 0
    ours = "Dropout" in call.kind  # a layer of its own that is meant to go on, as for Monte Carlo dropout
    return call.name in DROPOUTS and not ours and _rate(call) > 0 and bool(option(call, "training", 2, True))


def _rate(call: Call) -> float:
    if call.name == ATTENTION:
        return float(option(call, "dropout_p", ATTENTION_PLACE, 0.0))
    return float(option(call, "p", 1, 0.5))


RULE: Final = Rule(
    cause="functional_dropout_at_eval",
    title="Dropout goes on in eval mode",
    stage=Stage.WIRING,
    phases=("before",),
    measure=measure,
    measures="the dropout functions called in a forward pass in eval mode",
    threshold="any that drops",
    origin="closed form: in eval mode dropout must pass everything on",
    reason="torch.nn.functional.dropout does not know whether the network is in training or eval mode: unless it is "
    "told, it goes on dropping. Predictions are then random, and worse than the network could give.",
    remedy="F.dropout(x, p, training=self.training), or a layer nn.Dropout(p)",
    see=("concept dropout", "experiment dropout_modes"),
    explains=("missing_eval_mode", "dropout_too_high", "under_trained", "capacity_too_small"),
    cost="one forward pass of 64 rows",
)
