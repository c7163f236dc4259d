"""The gradient fades on its way down: the first layers hardly learn."""

from __future__ import annotations

import math
from typing import Any, Final

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence, Look, ParameterFacts
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FADED: Final = 1e-3  # root mean square of the first layer's gradient, by the last one's
FELL: Final = 0.1  # of the loss
FEWEST_STEPS: Final = 30
MATRIX_AXES: Final = 2
STEPS: Final = 300
SQUASHING: Final = ("sigmoid", "tanh", "hardtanh", "softsign", "hardsigmoid")


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the gradients of the first and the last layer where the loss does not fall."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS or not math.isfinite(last.loss):
        return None
    fell = last.loss < first.loss - FELL * abs(first.loss)
    proof = ""
    if fell:
        early = _faded(first)
        if not evidence.ended or early is None or early[0] > FADED:
            return None
        proof = _proof(evidence)
        if not proof:
            return None
    found = [_faded(look) for look in ((first,) if fell else (first, last))]
    if any(one is None for one in found):
        return None
    ratios = [one for one in found if one is not None]
    ratio, name, top = max(ratios)
    if ratio > FADED:
        return None
    return Verdict(
        measured=f"the gradient of {name} is {ratio:.1e} times that of {top}, and the loss has gone from "
        f"{first.loss:.3g} to {last.loss:.3g} in {last.step} steps",
        confidence=0.85,
        layer=name,
        proof=proof,
    )


def _proof(evidence: Evidence) -> str:
    """Say what a copy with ReLUs in the place of its sigmoids and tanhs reaches; "" where that is not much better."""
    first, last = evidence.first, evidence.last
    if first is None or last is None:
        return ""
    calls = in_network(evidence)
    end = max((place for place, call in enumerate(calls) if call.name in WEIGHTED), default=0)
    hidden = sum(call.name in SQUASHING for call in calls[:end])
    if not hidden:
        return ""
    trial = evidence.probes.once(
        "relus",
        lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=replacing(lambda: _with_relus(hidden))),
    )
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return ""
    if not helps_on_validation(evidence, trial.network):
        return ""
    return f"a copy with ReLUs between its layers reaches {trial.after:.3g} in {len(trial.losses)} steps from the start"


def _with_relus(hidden: int) -> Replace:
    """Put ReLUs in the place of the first so many sigmoids and tanhs of a pass."""
    left = [hidden]

    def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name in SQUASHING and left[0]:
            left[0] -= 1
            return args[0].relu()
        return func(*args, **kwargs)

    return replace


def _faded(look: Look) -> tuple[float, str, str] | None:
    """Return the ratio of the root mean square gradients of the first and the last weights, and their names."""
    weights = [one for one in look.parameters if len(one.shape) >= MATRIX_AXES and one.gradient_norm is not None]
    if len(weights) < 3:  # noqa: PLR2004  (with two there is no way down)
        return None
    top = _size(weights[-1])
    return (_size(weights[0]) / top, weights[0].name, weights[-1].name) if top else None


def _size(parameter: ParameterFacts) -> float:
    return (parameter.gradient_norm or 0.0) / math.sqrt(math.prod(parameter.shape))


RULE: Final = Rule(
    cause="vanishing_gradient",
    title="The gradient vanishes",
    stage=Stage.SIGNAL,
    phases=("during",),
    measure=measure,
    measures="the gradient of the first weights by that of the last, at the start and now, where the loss does not "
    "fall",
    threshold="1/1000, with less than 10 % of the loss gone; or 1/1000 at the start, and a copy with "
    "ReLUs that gets below 0.6 times the loss",
    origin="a sigmoid passes on at most 1/4 of the gradient: five layers of them leave 1/1000 (closed form)",
    reason="On its way down the gradient is multiplied by the slope of every activation and by every weight matrix. "
    "Where these are below 1, little is left for the first layers.",
    remedy="ReLU instead of sigmoid or tanh, He initialization, batch or layer norm, residual connections",
    see=("experiment vanishing_gradient",),
    explains=("lr_too_low", "under_trained", "capacity_too_small"),
)
