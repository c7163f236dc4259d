"""The gradient does not reach the weights: the graph ends on the way, or backward() is never called."""

from __future__ import annotations

from typing import Final

import torch

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Contract, Evidence, StepFacts
from pellucid.diagnosis.freshness import FEWEST as FEWEST_WEIGHTS
from pellucid.diagnosis.freshness import looks_untrained
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ENDS: Final = ("detach", "numpy", "tolist", "item", "argmax", "round", "sign", "floor", "ceil", "heaviside", "bool",
               "int", "long", "__gt__", "gt", "no_grad")  # fmt: skip
"""What has no gradient, or leaves torch."""
FLAT: Final = ("round", "sign", "floor", "ceil", "heaviside", "trunc")
"""What is in the graph and has the slope 0."""
LONG: Final = 400  # steps of a copy
FEWEST: Final = 3  # watched steps


def measure(evidence: Evidence) -> Verdict | None:
    """Look which weights the graph of the loss reaches, on a copy and in the watched steps."""
    contract = evidence.contract
    if contract is not None and contract.gradients and not contract.error and not any(
        one is not None for one in contract.gradients.values()
    ):  # fmt: skip
        return Verdict(
            measured=f"the gradient of the loss reaches none of the {len(contract.gradients)} trainable tensors"
            + _by(tuple(call.name for call in contract.calls)),
            confidence=0.97,
        )
    flat = _flat(evidence)
    if flat is not None:
        return flat
    steps = evidence.steps
    off = _switched_off(evidence)
    if off is not None or len(steps) < FEWEST:
        return off
    found = _never(evidence, steps) or _in_the_loop(evidence, steps) or _partly(evidence, steps)
    return found or (_detached(evidence) if evidence.ended else None)


def _switched_off(evidence: Evidence) -> Verdict | None:
    """Find a loop that broke off after a pass in training mode that recorded no graph."""
    passes, steps = evidence.passes, evidence.steps_taken
    if not evidence.ended or not passes or not passes[-1].training or passes[-1].gradients:
        return None
    for_good = not torch.is_grad_enabled()  # still so as the loop is left: no `with torch.no_grad()` does that
    if passes[-1].step != steps or not (for_good or (steps == 0 and len(passes) == 1)):
        return None
    return Verdict(
        measured=f"after {steps} steps the network was called in training mode with gradients switched off, and no "
        "step followed" + ("; they are off still" if for_good else ""),
        confidence=0.95,
        step=steps,
        remedy="with torch.no_grad(): around the validation alone, in the place of torch.set_grad_enabled(False)"
        if for_good
        else "no torch.no_grad() and no torch.inference_mode() around the training step",
    )


def _detached(evidence: Evidence) -> Verdict | None:
    """Find a detach inside the network without which a copy gets much further: of the state of a cell, of a branch."""
    contract, first, last = evidence.contract, evidence.first, evidence.last
    call = None if contract is None else next((one for one in contract.calls if one.name == "detach"), None)
    if call is None or call.kind == "loss" or first is None or last is None or last.step < 1:
        return None
    steps = min(LONG, last.step)
    trial = evidence.probes.once("attached", lambda: evidence.probes.trial(steps=steps, change=replacing(_attached)))
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    if not helps_on_validation(evidence, trial.network):
        return None
    where = f" in {call.module}" if call.module else ""
    return Verdict(
        measured=f"the network calls detach{where} on its way: what lies before gets no gradient by this way",
        confidence=0.9,
        layer=call.module,
        remedy="no detach inside the forward pass; where it is to keep the graph short, only between batches",
        proof=f"a copy without it has the loss {trial.after:.3g} after {len(trial.losses)} steps; the training has "
        f"{last.loss:.3g} after {last.step}",
    )


def _attached() -> Replace:
    return lambda name, func, args, kwargs: args[0] if name == "detach" else func(*args, **kwargs)


def _flat(evidence: Evidence) -> Verdict | None:
    """Find layers whose gradient is exactly 0, before a function that is flat everywhere."""
    contract = evidence.contract
    if contract is None or contract.error:
        return None
    call = next((call for call in contract.calls if call.name in FLAT and call.kind != "loss"), None)
    weights = dict(evidence.program.network.named_parameters())
    still = [name for name, size in contract.gradients.items() if size == 0 and weights[name].ndim > 1]
    if call is None or not still or not all(looks_untrained(weights[name]) for name in still):
        return None
    if not any(contract.gradients.values()) or not _matters(evidence, contract, still[0]):
        return None
    return Verdict(
        measured=f"the gradient of {', '.join(still[:4])} is exactly 0: {call.name} stands behind, which is flat",
        confidence=0.95,
        layer=still[0].rpartition(".")[0],
        remedy=f"no {call.name} in training; or x + ({call.name}(x) - x).detach()",
    )


def _by(names: tuple[str, ...]) -> str:
    found = next((name for name in names if name in ENDS), None)
    return f"; {found} was called on the way" if found else ""


def _never(evidence: Evidence, steps: list[StepFacts]) -> Verdict | None:
    """Find a loop that steps without ever calling backward."""
    if any(step.backwards or step.norm_at_step for step in steps):
        return None
    if _moves(steps):
        return None
    return Verdict(
        measured=f"{len(steps)} watched steps, no backward pass, no gradient",
        confidence=0.95,
        step=steps[0].step,
        remedy="loss.backward() before optimizer.step()",
    )


def _in_the_loop(evidence: Evidence, steps: list[StepFacts]) -> Verdict | None:
    """Find backward passes that leave no gradient, though the copy has one."""
    look = evidence.last
    if look is None or not any(one.gradient_norm for one in look.parameters) or _moves(steps):
        return None
    if not all(step.backwards and not step.norm_after_backward and not step.norm_at_step for step in steps):
        return None
    if not any(step.without_gradient for step in steps) and any(step.loss == 0 for step in steps):
        return None
    return Verdict(
        measured=f"backward() ran in {len(steps)} watched steps and gave no gradient to any weight of the network"
        + _by(steps[0].functions),
        confidence=0.95,
        step=steps[0].step,
    )


def _moves(steps: list[StepFacts]) -> bool:
    return any(any(step.update_ratio.values()) for step in steps)


def _partly(evidence: Evidence, steps: list[StepFacts]) -> Verdict | None:
    """Find layers that take part in the outputs, were never trained, and get no gradient in any step."""
    contract = evidence.contract
    never = set.intersection(*(set(step.without_gradient) for step in steps))
    if not never or contract is None or any(not step.backwards for step in steps):
        return None
    weights = dict(evidence.program.network.named_parameters())
    matrices = [name for name in sorted(never) if name in weights and weights[name].ndim > 1]
    fresh = [looks_untrained(weights[name]) for name in matrices]
    names = tuple(call.name for call in contract.calls)
    tiny = bool(matrices) and all(weights[name].numel() < FEWEST_WEIGHTS for name in matrices)
    if False in fresh or (True not in fresh and not (tiny and _by(names))):
        return None
    mattering = [name for name in matrices if contract.gradients.get(name) or _matters(evidence, contract, name)]
    if not mattering:
        return None
    names = steps[0].functions if contract.gradients.get(mattering[0]) else names
    return Verdict(
        measured=f"{', '.join(mattering[:4])} take part in the outputs and got no gradient in {len(steps)} watched "
        f"steps" + _by(names),
        confidence=0.92,
        layer=mattering[0].rpartition(".")[0],
        step=steps[0].step,
    )


def _matters(evidence: Evidence, contract: Contract, name: str) -> bool:
    """Return whether the outputs change with this weight."""

    def make() -> bool:
        double = evidence.double
        if double is None:
            return False
        weight = dict(double.network.named_parameters())[name]
        kept = weight.detach().clone()
        with torch.no_grad():
            before = double.outputs(contract.examples)
            weight.add_(torch.linspace(0.1, 1, weight.numel()).reshape(weight.shape).to(weight))
            after = double.outputs(contract.examples)
            weight.copy_(kept)
        return before is not None and after is not None and not torch.equal(before, after)

    found: bool = evidence.probes.once(("matters", name), make)
    return found


RULE: Final = Rule(
    cause="graph_broken",
    title="The gradient does not reach the weights",
    stage=Stage.WIRING,
    phases=("before", "during"),
    measure=measure,
    measures="which weights the gradient of the loss reaches, on a copy and in the watched steps",
    threshold="none of them; or none of a layer that was never trained, in all watched steps; or gradients switched "
    "off in the last pass of a training that broke off; or a detach in the "
    "forward pass, and a copy without it below 0.6 times the loss",
    origin="closed form: the gradient only goes through torch's own operations on tensors that are in the graph",
    reason="detach, .data, .item(), numpy, a new tensor made of numbers, argmax and rounding all leave the graph of "
    "operations. What lies before them gets no gradient and stays as it was.",
    remedy="keep tensors from the network to the loss: no detach, .data, .numpy(), .item(), torch.tensor(...) in "
    "between",
    see=("experiment autograd_graph", "experiment back_propagation"),
    explains=(*TRAINING, "missing_step", "zero_grad_before_step", "missing_zero_grad", "init_too_small",
              "constant_init", "wrong_hidden_activation", "low_precision_update_lost", "missing_nonlinearity",
              "wrong_loss"),
    cost="two passes of the probe batch for each layer without a gradient",
    cases=("D15",),
)  # fmt: skip
