"""Several layers and nothing between them that is not linear: together they are one linear layer."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.looking import ACTIVATIONS, WEIGHTED
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Tracer

EXACT: Final = 1e-3  # of the size of the outputs: what rounding leaves
PARTS: Final = (0.3, -1.5)  # of one row, the rest of another: between them, and beyond
MIXING: Final = frozenset({"linear", "conv1d", "conv2d", "conv3d", "matmul", "__matmul__", "addmm", "mm"})


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the last layer's outputs of a mixture of two inputs are the mixture of its outputs."""
    contract, double = evidence.contract, evidence.double
    if contract is None or double is None or contract.error or len(contract.examples.inputs) != 1:
        return None
    inputs, targets = contract.examples.inputs[0], contract.examples.targets
    calls = [call for call in in_network(evidence) if call.name in WEIGHTED]
    if not inputs.is_floating_point() or len(calls) < 2 or any(call.name not in MIXING for call in calls):  # noqa: PLR2004
        return None
    last = max(place for place, call in enumerate(in_network(evidence)) if call.name in WEIGHTED)
    if any(call.name in ACTIVATIONS for call in in_network(evidence)[:last]):
        return None
    if isinstance(targets, Tensor) and targets.shape == inputs.shape:
        return None  # the inputs are to be rebuilt: a linear one is principal components
    if _narrow(calls[-1].inputs[0], inputs, calls[-1].output):
        return None
    if not evidence.probes.once("affine", lambda: _affine(double, contract.examples)):
        return None
    names = [call.module for call in calls]
    return Verdict(
        measured=f"the {len(calls)} layers ({', '.join(names[:4])}{', …' if len(names) > 4 else ''}) "  # noqa: PLR2004
        "give for a mixture of two inputs exactly the mixture of their outputs",
        confidence=0.95,
        layer=names[0],
        proof=tried_out(evidence, "missing_nonlinearity", "with ReLUs between the layers", change=_with_relus),
    )


def _narrow(hidden: Tensor, inputs: Tensor, outputs: Tensor | None) -> bool:
    """Return whether the last hidden layer is narrower than inputs and outputs: of low rank on purpose."""
    ends = [inputs[0].numel(), 0 if outputs is None else outputs[0].numel()]
    return hidden[0].numel() < min(ends)


def _affine(double: Double, examples: Examples) -> bool:
    """Return whether mixtures of inputs give the same mixtures of the last layer's outputs."""
    one, other = examples.inputs[0], examples.inputs[0].roll(1, 0)
    plain, rolled = _last(double, one), _last(double, other)
    if plain is None or rolled is None:
        return False
    for part in PARTS:
        mixed = _last(double, part * one + (1 - part) * other)
        if mixed is None or mixed.shape != plain.shape:
            return False
        size = float(plain.std()) or 1.0
        if not float((mixed - part * plain - (1 - part) * rolled).abs().max()) < EXACT * max(size, 1e-6):
            return False
    return True


def _last(double: Double, inputs: Tensor) -> Tensor | None:
    """Return what the last layer with weights gives in eval mode."""
    tracer = Tracer()
    with generators_kept(), buffers_kept(double.network), torch.no_grad():
        double.network.eval()
        try:
            with tracer.listening(double.network):
                double.network(inputs.to(double.device))
        except REFUSALS:
            return None
    return next((call.output for call in reversed(tracer.calls) if call.name in WEIGHTED), None)


def _with_relus(network: nn.Module) -> None:
    """Put a ReLU behind every linear layer of a sequence but the last."""
    if not isinstance(network, nn.Sequential):
        raise ValueError(network)  # the caller takes this as: it cannot be tried
    layers = [place for place, one in enumerate(network) if isinstance(one, (nn.Linear, nn.Conv1d, nn.Conv2d))]
    for place in layers[:-1]:
        network[place] = nn.Sequential(network[place], nn.ReLU())


RULE: Final = Rule(
    cause="missing_nonlinearity",
    title="Several layers that are together one linear layer",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="the last layer's outputs for mixtures of two inputs, beside the same mixtures of its outputs",
    threshold="equal within 0.1 % of their standard deviation, with two layers or more",
    origin="closed form: a composition of linear maps is a linear map",
    reason="Without an activation between them two linear layers do what one can do. No such network tells a circle "
    "from the ring around it, however many layers it has.",
    remedy="an activation between the layers: nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c)",
    severity="warning",
    see=("experiment linear_collapse", "concept relu", "experiment approximation"),
    explains=(*RESULT, "lr_too_low", "vanishing_gradient"),
    cost="four passes of the probe batch through a copy, only where no activation is found",
    cases=("C11",),
)
