"""An activation between the layers that does not let the signal or the gradient through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from torch import nn

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import NORMS, WEIGHTED
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

SOFTMAXES: Final = ("softmax", "log_softmax")
STEPS_OF_STAIRS: Final = ("sign", "round", "floor", "ceil", "heaviside", "sgn", "trunc")
LAYERS: Final = frozenset({"linear", "conv1d", "conv2d", "conv3d"})
SHAPING: Final = NORMS | {"dropout", "dropout2d", "alpha_dropout", "feature_dropout", "flatten", "view",
                          "squeeze", "unsqueeze", "to", "contiguous", "max_pool1d", "max_pool2d", "avg_pool2d",
                          "reshape"}  # fmt: skip


def measure(evidence: Evidence) -> Verdict | None:
    """Find a softmax, or a stair without slope, between one layer and the next."""
    contract = evidence.contract
    if contract is None or contract.error:
        return None
    calls = in_network(evidence)
    for place, call in enumerate(calls):
        if call.name in SOFTMAXES and _leads_to_layer(calls, place):
            units = call.output.shape[-1] if call.output is not None and call.output.ndim == 2 else 0  # noqa: PLR2004
            share = f": {units} numbers that sum to 1, {1 / units:.2g} on average" if units else ""
            return Verdict(
                measured=f"{call.name} stands between {_before(calls, place)} and {_behind(calls, place)}{share}",
                confidence=0.95,
                layer=call.module,
                proof=tried_out(
                    evidence, "wrong_hidden_activation", "with a ReLU in its place", change=_relu_at(call.module)
                ),
            )
        if call.name in STEPS_OF_STAIRS and _no_gradient_before(evidence, calls, place):
            return Verdict(
                measured=f"{call.name} stands between {_before(calls, place)} and {_behind(calls, place)}, and the "
                f"gradient of the layers before it is 0",
                confidence=0.93,
                layer=call.module,
            )
    return None


def _leads_to_layer(calls: Sequence[Call], place: int) -> bool:
    """Return whether the next layer with weights takes what this call gives, reshaped or dropped out at most."""
    before = any(call.name in WEIGHTED for call in calls[:place])
    for call in calls[place + 1 :]:
        if call.name in LAYERS:
            return before and bool(call.inputs) and _row(call.inputs[0]) <= _row(calls[place].output)
        if call.name not in SHAPING:
            return False
    return False


def _row(values: object) -> int:
    size: int = values[0].numel() if hasattr(values, "numel") and len(values) else 0  # type: ignore[index, arg-type]
    return size


def _no_gradient_before(evidence: Evidence, calls: Sequence[Call], place: int) -> bool:
    contract = evidence.contract
    modules = {call.module for call in calls[:place] if call.name in WEIGHTED}
    if contract is None or not modules or not any(call.name in WEIGHTED for call in calls[place + 1 :]):
        return False
    found = [norm for name, norm in contract.gradients.items() if name.rpartition(".")[0] in modules]
    return bool(found) and not any(found)


def _before(calls: Sequence[Call], place: int) -> str:
    return next((call.module for call in reversed(calls[:place]) if call.name in WEIGHTED), "") or "the layer before"


def _behind(calls: Sequence[Call], place: int) -> str:
    return next((call.module for call in calls[place:] if call.name in WEIGHTED), "") or "the next layer"


def _relu_at(name: str) -> object:
    """Return a change that puts a ReLU in the place of a softmax module."""

    def change(network: nn.Module) -> None:
        parent, _, last = name.rpartition(".")
        if not isinstance(network.get_submodule(name), (nn.Softmax, nn.LogSoftmax)):
            raise ValueError(name)  # the caller takes this as: it cannot be tried
        setattr(network.get_submodule(parent), last, nn.ReLU())

    return change


RULE: Final = Rule(
    cause="wrong_hidden_activation",
    title="An activation that does not belong between layers",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="which activations stand between the layers with weights, and the gradient of the layers before them",
    threshold="a softmax that the next layer takes, or a function of stairs before which the gradient is 0",
    origin="closed form: n numbers that sum to 1 are 1/n on average; stairs have slope 0",
    reason="A softmax is for the end, or for the weights of attention. Between layers it lets the units compete until "
    "one is left, and makes the others, and their gradients, tiny. Rounding and signs have no gradient at all.",
    remedy="nn.ReLU() between the layers",
    see=("concept softmax", "concept relu", "experiment activation_gallery", "experiment vanishing_gradient"),
    explains=(*TRAINING, "graph_broken", "init_too_small"),
    cost="two trials of 40 steps on a copy, only where it is found",
)
