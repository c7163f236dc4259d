"""Sigmoid or tanh units at the ends of their range: nearly no gradient passes."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.evidence import Evidence, LayerFacts, Look
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SATURATED: Final = 0.5  # of the values of a layer
FELL: Final = 0.3  # of the loss
FEWEST_STEPS: Final = 12


def measure(evidence: Evidence) -> Verdict | None:
    """Find a hidden layer most of whose values are at the ends of the range, where the loss does not fall."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS:
        return None
    if math.isfinite(last.loss) and last.loss < first.loss - FELL * abs(first.loss):
        return None
    found = [layer for layer in _hidden(last) if layer.saturated_share >= SATURATED]
    if not found:
        return None
    worst = max(found, key=lambda layer: layer.saturated_share)
    return Verdict(
        measured=f"{worst.saturated_share:.0%} of the outputs of {worst.name} ({worst.function}) are within 0.1 % of the "
        f"ends of its range; the loss is {last.loss:.3g}, {first.loss:.3g} at the start",
        confidence=0.85,
        layer=worst.name,
    )


def _hidden(look: Look) -> list[LayerFacts]:
    """Return the sigmoids and tanhs after which other layers follow."""
    return [layer for layer in look.layers[:-1] if layer.function in ("sigmoid", "tanh", "hardtanh", "softsign")]


RULE: Final = Rule(
    cause="saturation",
    title="Saturated units",
    stage=Stage.SIGNAL,
    phases=("during",),
    measure=measure,
    measures="the share of the outputs of hidden sigmoids and tanhs within 0.1 % of the ends of their range, where the "
    "loss does not fall",
    threshold="50 % of a layer, with less than 30 % of the loss gone",
    origin="there the slope is below 1/1000 (sigmoid) and 1/250 (tanh) (closed form)",
    reason="Far from 0 a sigmoid is flat: its slope, by which the gradient is multiplied, is nearly 0.",
    remedy="inputs of mean 0 and standard deviation 1, Xavier initialization, a norm before the activation, or ReLU",
    see=("sigmoid", "tanh"),
    explains=("vanishing_gradient", "lr_too_low", "under_trained", "capacity_too_small"),
)
