"""The contract check: one batch put through the double before step 1. Needs torch."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.double import Double, buffers_kept, number
from pellucid.diagnosis.evidence import Contract, Examples, OptimizerFacts, ParameterEntry, Program
from pellucid.diagnosis.looking import gradients_of
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Listener, Tracer, first_tensor

NODES: Final = 20_000  # of the graph of the outputs that are looked at
REFUSALS: Final = (RuntimeError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, KeyError)
"""What a network or a loss raises when it cannot take what it is given."""


def program_of(network: nn.Module, optimizer: Any, loss_fn: Any, metric: Any) -> Program:
    """Return what is known of the program without running it."""
    groups = () if optimizer is None else tuple(optimizer.param_groups)
    chosen = {id(parameter) for group in groups for parameter in group["params"]}
    ours = {id(parameter) for parameter in network.parameters()}
    return Program(
        network=network,
        optimizer=None
        if optimizer is None
        else OptimizerFacts(
            name=getattr(optimizer, "name", type(optimizer).__name__),
            groups=tuple({key: value for key, value in group.items() if key != "params"} for group in groups),
        ),
        parameters=tuple(
            ParameterEntry(
                name=f"{prefix}.{name}" if prefix else name,
                shape=tuple(parameter.shape),
                trainable=parameter.requires_grad,
                in_optimizer=id(parameter) in chosen,
                numel=parameter.numel(),
                kind=type(module).__name__,
            )
            for prefix, module in network.named_modules()
            for name, parameter in module.named_parameters(recurse=False)
        ),
        loss_fn=loss_fn,
        loss_name=getattr(loss_fn, "__name__", None) or type(loss_fn).__name__,
        metric=metric,
        foreign_in_optimizer=len(chosen - ours),
        unregistered=tuple(unregistered_in(network)),
    )


def unregistered_in(network: nn.Module) -> list[str]:
    """Return attributes that hold weights which the network does not know, e.g. a plain list of layers."""
    known = {id(parameter) for parameter in network.parameters()}
    found = []
    for prefix, module in network.named_modules():
        for name, value in vars(module).items():
            if name.startswith("_") and name in nn.Module().__dict__:
                continue
            held = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
            if any(_has_unknown(one, known) for one in held):
                found.append(f"{prefix}.{name}" if prefix else name)
    return found


def _has_unknown(value: Any, known: set[int]) -> bool:
    if isinstance(value, nn.Module):
        return any(id(parameter) not in known for parameter in value.parameters())
    return isinstance(value, Tensor) and value.requires_grad and value.is_leaf and id(value) not in known


def contract_of(double: Double, examples: Examples) -> Contract:
    """Put the examples through the double, in training mode and in eval mode; its weights and buffers stay."""
    network, batch = double.network, double.placed(examples)
    tracer = Tracer()
    error = ""
    outputs: Tensor | None = None
    gradients: dict[str, float | None] = {}
    loss = math.nan
    loose: tuple[tuple[int, ...], ...] = ()
    with generators_kept(), buffers_kept(network):
        network.train(True)
        try:
            with torch.enable_grad():
                with tracer.listening(network):
                    outputs = first_tensor(network(*batch.inputs))
                loose = _loose(outputs, {id(one) for one in (*network.parameters(), *batch.inputs)})
                result = _loss(double, outputs, batch.targets, tracer)
            loss = number(result)
            gradients = {
                name: None if one is None else float(one.norm()) for name, one in gradients_of(result, network).items()
            }
        except REFUSALS as failure:
            error = f"{type(failure).__name__}: {failure}"
    if outputs is None:
        return Contract(
            examples=examples, outputs=None, calls=tuple(tracer.calls), loss=loss, loss_in_eval=math.nan,
            loss_doubled=math.nan, gradients=gradients, eval_difference=math.nan, row_dependence=math.nan, error=error,
        )  # fmt: skip
    in_eval = double.outputs(examples)
    return Contract(
        examples=examples,
        outputs=outputs.detach().cpu(),
        calls=tuple(tracer.calls),
        loss=loss,
        loss_in_eval=math.nan if in_eval is None else double.loss_of(in_eval, examples.targets),
        loss_doubled=_doubled(double, outputs.detach().cpu(), examples.targets),
        gradients=gradients,
        eval_difference=_difference(in_eval, _once_more(double, examples)),
        row_dependence=_row_dependence(double, examples),
        error=error,
        loose=loose,
    )


def _loose(outputs: Tensor | None, known: set[int]) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of the weights that the graph of the outputs ends in and that are not known."""
    todo: list[Any] = [None if outputs is None else outputs.grad_fn]
    seen: set[Any] = set()
    found: list[tuple[int, ...]] = []
    while todo and len(seen) < NODES:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        weight = getattr(node, "variable", None)
        if isinstance(weight, Tensor) and weight.requires_grad and id(weight) not in known:
            found.append(tuple(weight.shape))
        todo += [one for one, _ in node.next_functions]
    return tuple(found)


def _loss(double: Double, outputs: Any, targets: Any, tracer: Tracer) -> Any:
    """Call the loss, its calls recorded as of kind "loss"."""
    tracer.path.append(("", "loss"))
    try:
        with Listener(tracer.heard):
            return double.loss_fn(outputs, targets)
    finally:
        tracer.path.pop()


def _doubled(double: Double, outputs: Tensor, targets: Any) -> float:
    if not isinstance(targets, Tensor):
        return math.nan
    return double.loss_of(torch.cat([outputs, outputs]), torch.cat([targets, targets]))


def _once_more(double: Double, examples: Examples) -> Tensor | None:
    """Return the outputs in eval mode with other random numbers than `double.outputs` has just drawn."""
    with generators_kept():
        torch.rand(1)  # the next draws differ from those of the pass before
        return _plain(double, examples)


def _plain(double: Double, examples: Examples) -> Tensor | None:
    with torch.no_grad(), buffers_kept(double.network):
        double.network.eval()
        result = double.network(*double.placed(examples).inputs)
        return result.cpu() if isinstance(result, Tensor) else None


def _difference(one: Tensor | None, other: Tensor | None) -> float:
    if one is None or other is None or one.shape != other.shape or not one.numel():
        return math.nan
    return float((one.double() - other.double()).abs().max())


def _row_dependence(double: Double, examples: Examples) -> float:
    """Return how much the outputs of the first and the last row change when others stand between them, relatively."""
    count = len(examples)
    if count < 4:  # noqa: PLR2004  (two rows that stay, and two that change places)
        return math.nan
    inner = torch.arange(1, count - 1).flip(0)
    order = torch.cat([torch.tensor([0]), inner[: len(inner) // 2].repeat(2), inner, torch.tensor([count - 1])])
    order = torch.cat([order[: count - 1], order[-1:]])
    with generators_kept():
        one = _plain(double, examples)
    with generators_kept():
        other = _plain(double, examples.take(order))
    if one is None or other is None or len(one) != count or len(other) != count:
        return math.nan
    ends = torch.tensor([0, count - 1])
    size = float(one[ends].abs().max()) or 1.0
    return float((one[ends] - other[ends]).abs().max()) / size
