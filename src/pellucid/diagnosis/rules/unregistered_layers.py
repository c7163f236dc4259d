"""Layers in a plain list or dictionary: the network does not know their weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import first_tensor


def measure(evidence: Evidence) -> Verdict | None:
    """Find weights outside `network.parameters()` that the outputs depend on and that no optimizer was given."""
    made = _made_anew(evidence)
    if made is not None:
        return made
    return _held(evidence) or _loose(evidence)


def _held(evidence: Evidence) -> Verdict | None:
    """Find attributes of the network that hold such weights."""
    names, contract, double = evidence.program.unregistered, evidence.contract, evidence.double
    if not names or contract is None or double is None:
        return None
    groups = () if evidence.probes.optimizer is None else evidence.probes.optimizer.param_groups
    chosen = {id(one) for group in groups for one in group["params"]}
    theirs = [(name, one) for name in names for one in weights_at(evidence.program.network, name)]
    if not theirs or all(id(one) in chosen for _, one in theirs):
        return None
    reached = evidence.probes.once("unregistered", lambda: _reached(double, contract.examples, names))
    if not reached:
        return None
    count = sum(one.numel() for name, one in theirs if name in reached)
    return Verdict(
        measured=f"{count:,} weights in {', '.join(reached)} take part in the outputs, and network.parameters() does "
        f"not list them: they are neither trained, nor saved, nor moved to a device",
        confidence=0.97,
        layer=reached[0],
        remedy=f"self.{reached[0].rpartition('.')[2]} = nn.ModuleList([...]) (or nn.ModuleDict, nn.Parameter)",
    )


def _made_anew(evidence: Evidence) -> Verdict | None:
    """Find a layer that is made in the forward pass: its weights are no parameters, and others each time."""
    contract, double = evidence.contract, evidence.double
    if contract is None or double is None or not contract.eval_difference > 0:
        return None
    calls = [call for call in contract.calls if call.kind != "loss"]
    known = {one.untyped_storage().data_ptr() for one in (*double.network.parameters(), *double.network.buffers())}
    known |= {one.untyped_storage().data_ptr() for one in contract.examples.inputs}
    for call in calls:
        weight = call.inputs[1] if call.name in WEIGHTED and len(call.inputs) > 1 else None
        # a state or a mask made in the forward pass is no weight: it is not trainable
        trainable = weight is not None and tuple(weight.shape) in contract.loose
        if weight is not None and trainable and weight.untyped_storage().data_ptr() not in known:
            shape = " x ".join(map(str, weight.shape))
            return Verdict(
                measured=f"{call.name} is given a weight of {shape} that is no parameter of the network, and two "
                f"passes of the same rows in eval mode differ by {contract.eval_difference:.3g}: the layer is made "
                "anew in "
                f"each forward pass",
                confidence=0.95,
                layer=call.module,
                remedy="make the layer in __init__ (self.layer = ...), and only call it in forward",
            )
        if call.output is not None and any(one.untyped_storage().data_ptr() in known for one in call.inputs):
            known.add(call.output.untyped_storage().data_ptr())
    return None


def _loose(evidence: Evidence) -> Verdict | None:
    """Find such weights in the graph of the outputs, wherever they are held: in lists of lists, in other objects."""
    if evidence.contract is None or evidence.probes.optimizer is None:
        return None
    ours = {id(one) for one in evidence.program.network.parameters()}
    groups = evidence.probes.optimizer.param_groups
    chosen = [tuple(one.shape) for group in groups for one in group["params"] if id(one) not in ours]
    shapes = [shape for shape in evidence.contract.loose if shape not in chosen]
    if not shapes:
        return None
    sizes = ", ".join(" x ".join(map(str, shape)) or "1" for shape in shapes[:4])
    return Verdict(
        measured=f"{sum(map(math.prod, shapes)):,} weights take part in the outputs ({sizes}"
        f"{', …' if len(shapes) > 4 else ''}), and network.parameters() does not list them: they are not trained",  # noqa: PLR2004
        confidence=0.95,
        remedy="hold every layer as an attribute of a module: nn.ModuleList for lists, a subclass of nn.Module in the "
        "place of other objects, nn.Parameter for tensors",
    )


def weights_at(network: nn.Module, name: str) -> Iterator[Tensor]:
    """Yield the trainable weights that an attribute holds."""
    path, _, attribute = name.rpartition(".")
    value: Any = getattr(network.get_submodule(path), attribute)
    held = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
    for one in held:
        if isinstance(one, nn.Module):
            yield from (weight for weight in one.parameters() if weight.requires_grad)
        elif isinstance(one, Tensor) and one.requires_grad:
            yield one


def _reached(double: Double, examples: Examples, names: tuple[str, ...]) -> list[str]:
    """Return the attributes whose weights the graph of the outputs reaches."""
    with generators_kept(), buffers_kept(double.network), torch.enable_grad():
        double.network.train(True)
        try:
            outputs = first_tensor(double.network(*double.placed(examples).inputs))
        except REFUSALS:
            return []
        held = {name: list(weights_at(double.network, name)) for name in names}
        every = [one for weights in held.values() for one in weights]
        if outputs is None or not outputs.requires_grad or not every:
            return []
        gradients = torch.autograd.grad(outputs.float().square().sum(), every, allow_unused=True)
    known = {id(one) for one, gradient in zip(every, gradients, strict=True) if gradient is not None}
    return [name for name, weights in held.items() if any(id(one) in known for one in weights)]


RULE: Final = Rule(
    cause="unregistered_layers",
    title="Layers that the network does not know",
    stage=Stage.WIRING,
    phases=("before",),
    measure=measure,
    measures="attributes that hold weights, whether network.parameters() lists them, and whether the outputs depend "
    "on them",
    threshold="one such weight, outside the optimizer; or a layer whose weights are others in each pass",
    origin="closed form: torch registers what is assigned as a module or a parameter, not what is in a plain list",
    reason="A module finds its layers by assignment. What is in a plain list or dictionary it does not see: these "
    "layers take part, and keep their random weights.",
    remedy="nn.ModuleList, nn.ModuleDict or nn.Parameter",
    see=("concept dense", "experiment initialization"),
    explains=(*TRAINING, "bn_stats_not_tracked", "graph_broken", "missing_step", "params_not_in_optimizer",
              "missing_nonlinearity"),
    cost="one pass of the probe batch through a copy, only where there are such attributes",
)  # fmt: skip
