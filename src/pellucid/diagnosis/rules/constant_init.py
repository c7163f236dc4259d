"""All units of a layer have the same weights: they stay identical for ever."""

from __future__ import annotations

from typing import Final

from torch import Tensor

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.weights import GATES, beside_default, matrices

STEPS: Final = 5
ALIKE: Final = 0.01  # of the largest weight: how far units may differ through rounding


def measure(evidence: Evidence) -> Verdict | None:
    """Find layers whose units are all alike, and see on a copy whether training tells them apart."""
    found = {name: (kind, weights) for name, kind, weights in matrices(evidence) if alike(weights, kind, 0.0)}
    if not found:
        return None
    trial = evidence.probes.once("constant_init", lambda: evidence.probes.trial(steps=STEPS))
    if not isinstance(trial, Trial):
        return None
    trained = matrices(evidence, {name: one.detach() for name, one in trial.network.named_parameters()})
    still = [name for name, kind, weights in trained if name in found and alike(weights, kind, ALIKE)]
    proof = "" if still else _slow(evidence)
    if not still and not proof:
        return None
    names = still or list(found)
    weights = found[names[0]][1]
    return Verdict(
        measured=f"the {len(weights)} units of {_layer(names[0])} have the same weights "
        f"({float(weights.mean()):.3g} on average)"
        + (f", and after {STEPS} steps on a copy they still have" if still else "")
        + (f"; so have those of {', '.join(_layer(one) for one in names[1:4])}" if names[1:] else ""),
        confidence=0.98 if still else 0.9,
        layer=_layer(names[0]),
        proof=proof,
    )


def _layer(name: str) -> str:
    """Return the module that owns a parameter; the parameter's own name where that is the network."""
    return name.rpartition(".")[0] or name


def _slow(evidence: Evidence) -> str:
    """Say how much further a copy with torch's default weights gets, where other numbers set the units apart."""
    found = beside_default(evidence)
    if found is None or not much_lower(found[1].after, found[0].after, found[0].before):
        return ""
    return (
        f"on a copy, {len(found[1].losses)} steps with torch's default weights bring the loss from "
        f"{found[1].before:.3g} to {found[1].after:.3g}; as it is, from {found[0].before:.3g} to {found[0].after:.3g}"
    )


def alike(weights: Tensor, kind: str, tolerance: float) -> bool:
    """Return whether all units of a layer have the same weights, in a recurrent one within each gate.

    Example:
        >>> import torch
        >>> alike(torch.ones(3, 2), "Linear", 0.0), alike(torch.eye(2), "Linear", 0.0)
        (True, False)
    """
    gates = GATES.get(kind, 1)
    units = weights.reshape(gates, weights.shape[0] // gates, -1)
    if units.shape[1] < 2:  # noqa: PLR2004  (a single unit)
        return False
    return float((units - units[:, :1]).abs().max()) <= tolerance * float(weights.abs().max())


RULE: Final = Rule(
    cause="constant_init",
    title="All units of a layer start alike",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="whether the rows of a weight matrix are equal, before and after 5 steps on a copy",
    threshold="exactly equal before, and equal within 1 % of the largest weight after; or a copy with torch's default "
    "weights that gets below 0.6 times the loss in 100 steps",
    origin="closed form: units with equal weights in and out get equal gradients",
    reason="Units with the same weights compute the same, get the same gradient, and stay the same: a layer of 64 "
    "such units is a layer of one. Random weights break the symmetry.",
    remedy="torch's default weights: layer.reset_parameters(); or nn.init.kaiming_normal_(layer.weight)",
    see=("experiment initialization", "concept constant", "concept he_normal", "experiment deep_initialization"),
    explains=(*TRAINING, "init_too_small", "init_too_large", "missing_nonlinearity"),
    cost="one trial of 5 steps on a copy, or two more of 100, only where a layer's units are alike",
    cases=("C01",),
)
