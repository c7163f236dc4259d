"""Several layers and nothing between them that is not linear: together they are one linear layer."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.looking import ACTIVATIONS, WEIGHTED
from pellucid.diagnosis.overriding import Replacing
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.through_time import repeated
from pellucid.diagnosis.trace import Tracer

EXACT: Final = 1e-3  # of the size of the outputs: what rounding leaves
PARTS: Final = (0.3, -1.5)  # of one row, the rest of another: between them, and beyond
MIXING: Final = frozenset({"linear", "conv1d", "conv2d", "conv3d", "matmul", "__matmul__", "addmm", "mm"})
EMBEDDINGS: Final = frozenset({"embedding", "embedding_bag"})


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the last layer's outputs of a mixture of two inputs are the mixture of its outputs."""
    contract, double = evidence.contract, evidence.double
    if contract is None or double is None or contract.error:
        return None
    inputs, targets = contract.examples.inputs[0], contract.examples.targets
    weighted = [call for call in in_network(evidence) if call.name in WEIGHTED]
    calls = [call for call in weighted if call.name not in EMBEDDINGS]
    if len(calls) < 2 or any(call.name not in MIXING for call in calls) or repeated(evidence):  # noqa: PLR2004
        return None
    if not all(one.is_floating_point() for one in contract.examples.inputs) and len(calls) == len(weighted):
        return None
    last = max(place for place, call in enumerate(in_network(evidence)) if call.name in WEIGHTED)
    if any(call.name in ACTIVATIONS for call in in_network(evidence)[:last]):
        return None
    if isinstance(targets, Tensor) and targets.shape == inputs.shape:
        return None  # the inputs are to be rebuilt: a linear one is principal components
    if len(calls) == len(weighted) and _narrow(calls[-1].inputs[0], inputs, calls[-1].output):
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
    """Return whether mixtures of inputs, or of what embeddings make of them, give the same mixtures of the outputs."""
    inputs = examples.by_row
    others = tuple(one.roll(1, 0) for one in inputs)
    (plain, embedded), (rolled, others_embedded) = (_last(double, examples, one) for one in (inputs, others))
    if plain is None or rolled is None:
        return False
    for part in PARTS:
        mixed = tuple(
            part * one + (1 - part) * other if one.is_floating_point() else one
            for one, other in zip(inputs, others, strict=True)
        )
        between = [part * one + (1 - part) * other for one, other in zip(embedded, others_embedded, strict=True)]
        found, _ = _last(double, examples, mixed, between)
        if found is None or found.shape != plain.shape:
            return False
        size = float(plain.std()) or 1.0
        if not float((found - part * plain - (1 - part) * rolled).abs().max()) < EXACT * max(size, 1e-6):
            return False
    return True


def _last(
    double: Double, examples: Examples, inputs: tuple[Tensor, ...], embedded: list[Tensor] | None = None
) -> tuple[Tensor | None, list[Tensor]]:
    """Return what the last layer with weights gives in eval mode, and what the embeddings gave.

    Args:
        double: the copy.
        examples: whose axis the network wants.
        inputs: with the rows first.
        embedded: what the embeddings are to give, in order; their own if None.
    """
    tracer, left = Tracer(), list(embedded or ())

    def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = func(*args, **kwargs)
        return left.pop(0) if left and name in EMBEDDINGS else result

    batch = double.placed(Examples(inputs, examples.targets))
    given = tuple(one.transpose(0, 1) for one in batch.inputs) if examples.axis else batch.inputs
    with generators_kept(), buffers_kept(double.network), torch.no_grad():
        double.network.eval()
        try:
            with tracer.listening(double.network), Replacing(replace):
                double.network(*given)
        except REFUSALS:
            return None, []
    made = [call.output for call in tracer.calls if call.name in EMBEDDINGS and call.output is not None]
    return next((call.output for call in reversed(tracer.calls) if call.name in WEIGHTED), None), made


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
