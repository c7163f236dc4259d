"""The gradient fades on its way down: the first layers hardly learn."""

from __future__ import annotations

import math
from typing import Any, Final

import torch

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.double import buffers_kept
from pellucid.diagnosis.evidence import Evidence, Look, ParameterFacts
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.through_time import faded, remembering
from pellucid.diagnosis.trace import Tracer

FADED: Final = 1e-3  # root mean square of the first layer's gradient, by the last one's
FELL: Final = 0.1  # of the loss
FEWEST_STEPS: Final = 30
FEWEST_IN_TIME: Final = 80  # a recurrent network may take a while to find what to remember
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
    found = [one for look in ((first,) if fell else (first, last)) if (one := _faded(look)) is not None]
    if not found:
        return None
    ratio, name, top = max(found)
    if ratio > FADED and evidence.ended and not fell:
        ratio, name, top = evidence.probes.once("faded through layers", lambda: _faded_outputs(evidence))
    if ratio > FADED:
        return None
    return Verdict(
        measured=f"the gradient of {name} is {ratio:.1e} times that of {top}, and the loss has gone from "
        f"{first.loss:.3g} to {last.loss:.3g} in {last.step} steps",
        confidence=0.85,
        layer=name,
        proof=proof,
    )


def measure_time(evidence: Evidence) -> Verdict | None:
    """Compare the gradients of the first and the last steps of a sequence where the loss does not fall."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_IN_TIME or not math.isfinite(last.loss):
        return None
    if last.loss < first.loss - FELL * abs(first.loss):
        return None
    found = evidence.probes.once("faded", lambda: faded(evidence))
    if found is None or found[0] > FADED:
        return None
    steps = min(STEPS, last.step)
    trial = evidence.probes.once(
        "remembering", lambda: evidence.probes.trial(steps=steps, change=replacing(remembering))
    )
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    on = evidence.probes.once(("on", steps), lambda: evidence.probes.trial(steps=steps, from_start=False))
    if on is None or much_lower(on.after, last.loss, first.loss):  # it is only slow
        return None
    if not helps_on_validation(evidence, trial.network):
        return None
    return Verdict(
        measured=f"the gradient by the first steps of the sequence is {found[0]:.1e} times the largest, over "
        f"{found[1]} steps, and the loss has gone from {first.loss:.3g} to {last.loss:.3g} in {last.step} steps",
        confidence=0.85,
        remedy="read the mean of all states instead of the last one (states.mean(1)); an LSTM or a GRU; attention",
        proof=f"a copy whose states keep what came before (their mean over time) reaches {trial.after:.3g} in "
        f"{len(trial.losses)} steps from the start",
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


def _faded_outputs(evidence: Evidence) -> tuple[float, str, str]:
    """Return the same for the gradients by the layers' outputs: those of weights fade with what comes in, too."""
    double, contract, tracer = evidence.double, evidence.contract, Tracer()
    nothing = (math.inf, "", "")
    if double is None or contract is None:
        return nothing
    batch = double.placed(contract.examples)
    with generators_kept(), buffers_kept(double.network), torch.enable_grad():
        double.network.train(True)
        try:
            with tracer.listening(double.network):
                outputs = double.network(*batch.inputs)
            loss = double.loss_fn(outputs, batch.targets).mean()
            places = [place for place, call in enumerate(tracer.calls) if call.name in WEIGHTED]
            found = [one for one in (places[0], places[-2]) if len(places) > 2]  # noqa: PLR2004  (no way down)
            wanted = [one for place in found if (one := tracer.outputs[place]) is not None and one.requires_grad]
            sizes = [float(one.square().mean().sqrt()) for one in torch.autograd.grad(loss, wanted)]
        except REFUSALS:
            return nothing
    if len(sizes) != 2 or not sizes[1]:  # noqa: PLR2004
        return nothing
    return sizes[0] / sizes[1], f"the outputs of {tracer.calls[found[0]].module}", tracer.calls[found[1]].module


def _size(parameter: ParameterFacts) -> float:
    return (parameter.gradient_norm or 0.0) / math.sqrt(math.prod(parameter.shape))


DEPTH: Final = Rule(
    cause="vanishing_gradient",
    title="The gradient vanishes",
    stage=Stage.INITIAL,
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
    explains=("lr_too_low", *RESULT),
)

TIME: Final = Rule(
    cause="vanishing_gradient",
    title="The gradient vanishes on its way back in time",
    stage=Stage.INITIAL,
    phases=("after",),
    measure=measure_time,
    measures="the gradient by the first tenth of a sequence beside the largest of all steps, where the loss does not "
    "fall, and what a copy reaches whose states keep what came before",
    threshold="1/1000, with less than 10 % of the loss gone, and a copy that gets below 0.6 times the loss, "
    "which going on for as many steps does not",
    origin="closed form: recurrent weights of gain g < 1 leave g^T over T steps; torch's default gain is 0.577",
    reason="Back through time the gradient is multiplied by the recurrent weights and the slope of the activation once "
    "for each step. Below 1 their product is soon nothing: the network does not learn from the beginning of a "
    "sequence.",
    remedy="the mean of all states instead of the last one; an LSTM or a GRU; attention",
    see=("experiment bptt", "experiment vanishing_gradient"),
    explains=DEPTH.explains,
    cost="one backward pass, and two trials of up to 300 steps, only where a recurrent network does not learn",
)
