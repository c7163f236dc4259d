"""Sigmoid or tanh units at the ends of their range: nearly no gradient passes."""

from __future__ import annotations

import math
from typing import Any, Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import OF_FIRST, at_step, losses, much_lower
from pellucid.diagnosis.evidence import Evidence, LayerFacts, Look
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SATURATED: Final = 0.5  # of the values of a layer
FELL: Final = 0.3  # of the loss
FEWEST_STEPS: Final = 12
STEPS: Final = 300
FAR: Final = 2.5  # mean or standard deviation of what goes in: tanh is within 1.4 % of its end there
FUNCTIONS: Final = ("sigmoid", "tanh", "hardtanh", "softsign")


def measure(evidence: Evidence) -> Verdict | None:
    """Find a hidden layer mostly at the ends of its range, where the loss does not fall or stays behind a copy."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS:
        return None
    found = [layer for layer in _hidden(last) if layer.saturated_share >= SATURATED]
    if not found:
        return None
    proof = ""
    if math.isfinite(last.loss) and last.loss < first.loss - FELL * abs(first.loss):
        proof = _proof(evidence) if evidence.ended else ""
        if not proof:
            return None
    worst = max(found, key=lambda layer: layer.saturated_share)
    return Verdict(
        measured=f"{worst.saturated_share:.0%} of the outputs of {worst.name} ({worst.function}) are within 0.1 % of "
        "the "
        f"ends of its range; the loss is {last.loss:.3g}, {first.loss:.3g} at the start",
        confidence=0.85,
        layer=worst.name,
        proof=proof,
    )


def _proof(evidence: Evidence) -> str:
    """Say what a copy reaches whose sigmoids and tanhs are given moderate numbers; "" where that is not much better."""
    first, last = evidence.first, evidence.last
    if first is None or last is None:
        return ""
    trial = evidence.probes.once(
        "moderate", lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=replacing(_moderate))
    )
    if trial is None or not last.loss > OF_FIRST * abs(first.loss):
        return ""
    then = at_step(losses(evidence.looks), len(trial.losses))
    if not much_lower(trial.after, then, first.loss):
        return ""
    if trial.after < last.loss and not helps_on_validation(evidence, trial.network):
        return ""
    return (
        f"a copy whose activations get numbers around 0 with standard deviation 1 reaches {trial.after:.3g} in "
        f"{len(trial.losses)} steps from the start, where the training was at {then:.3g}"
    )


def _moderate() -> Replace:
    """Give sigmoids and tanhs numbers of mean 0 and standard deviation 1 where they would get large ones."""

    def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name in FUNCTIONS and args and args[0].numel() > 1:
            given = args[0].detach()
            mean, spread = given.mean(), given.std()
            if float(spread) > FAR or float(mean.abs()) > FAR:
                args = ((args[0] - mean) / spread.clamp(min=1), *args[1:])
        return func(*args, **kwargs)

    return replace


def _hidden(look: Look) -> list[LayerFacts]:
    """Return the sigmoids and tanhs after which other layers follow."""
    return [layer for layer in look.layers[:-1] if layer.function in FUNCTIONS]


RULE: Final = Rule(
    cause="saturation",
    title="Saturated units",
    stage=Stage.SIGNAL,
    phases=("during",),
    measure=measure,
    measures="the share of the outputs of hidden sigmoids and tanhs within 0.1 % of the ends of their range, where the "
    "loss does not fall",
    threshold="50 % of a layer, with less than 30 % of the loss gone, or with a loss above 8 % of the first and, at "
    "the "
    "same step, 1.7 times that of a copy whose activations get moderate numbers",
    origin="there the slope is below 1/1000 (sigmoid) and 1/250 (tanh) (closed form)",
    reason="Far from 0 a sigmoid is flat: its slope, by which the gradient is multiplied, is nearly 0.",
    remedy="inputs of mean 0 and standard deviation 1, Xavier initialization, a norm before the activation, or ReLU",
    see=("concept sigmoid", "concept tanh"),
    explains=("vanishing_gradient", "lr_too_low", *RESULT),
)
