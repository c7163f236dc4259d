"""Where the first number that is not finite comes from. Needs torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Examples, Failure
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Call, Listener, Tracer


def locate(double: Double, step: int, live: Sequence[Tensor], candidates: Sequence[Examples]) -> Failure | None:
    """Return the first tensor that is not finite, with the double's weights; None where everything is finite.

    Args:
        double: with the weights from before the failure.
        step: at which it was noticed.
        live: the inputs of the forward pass that failed, as far as they are known.
        candidates: examples that are tried one after another, forward and backward.
    """
    if live and all(isinstance(one, Tensor) for one in live):
        found = _forward_only(double, step, live)
        if found is not None:
            return found
    for name, parameter in double.network.named_parameters():
        if not bool(torch.isfinite(parameter).all()):
            return Failure(step=step, where="weights", layer=name, function="", explanation=f"{name} is not finite")
    for examples in candidates:
        found = _whole(double, step, examples)
        if found is not None:
            return found
    return None


def _forward_only(double: Double, step: int, inputs: Sequence[Tensor]) -> Failure | None:
    tracer = Tracer()
    with generators_kept(), buffers_kept(double.network), torch.no_grad():
        double.network.train(True)
        try:
            with tracer.listening(double.network):
                double.network(*inputs)
        except REFUSALS:
            return None
    return _first(tracer.calls, step, inputs)


def _whole(double: Double, step: int, examples: Examples) -> Failure | None:
    """Try forward, loss and backward."""
    network, tracer, batch = double.network, Tracer(), double.placed(examples)
    with generators_kept(), buffers_kept(network), torch.enable_grad():
        network.train(True)
        try:
            with tracer.listening(network):
                outputs = network(*batch.inputs)
            tracer.path.append(("", "loss"))
            with Listener(tracer.heard):
                loss = double.loss_fn(outputs, batch.targets)
        except REFUSALS:
            return None
        found = _first(tracer.calls, step, batch.inputs)
        if found is not None or not isinstance(loss, Tensor) or not loss.requires_grad:
            return found
        return _backward(loss.mean(), network, tracer, step)


def _backward(loss: Tensor, network: nn.Module, tracer: Tracer, step: int) -> Failure | None:
    """Return the call on whose way down the gradient is the first that is not finite."""
    places = [place for place, one in enumerate(tracer.outputs) if one is not None and one.requires_grad]
    weights = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    wanted = [*(tracer.outputs[place] for place in places), *(one for _, one in weights)]
    gradients = torch.autograd.grad(loss, [one for one in wanted if one is not None], allow_unused=True)
    broken = [one is not None and not bool(torch.isfinite(one).all()) for one in gradients]
    if not any(broken):
        return None
    last = max((place for place, bad in zip(places, broken, strict=False) if bad), default=None)
    if last is None:
        name = next(name for (name, _), bad in zip(weights, broken[len(places) :], strict=True) if bad)
        return Failure(step=step, where="backward", layer=name, function="", explanation=f"the gradient of {name}")
    source = tracer.calls[last].output
    users = [call for call in tracer.calls[last + 1 :] if any(_same(one, source) for one in call.inputs)]
    call = users[0] if users else tracer.calls[last]
    return Failure(
        step=step,
        where="backward",
        layer=call.module or call.kind,
        function=call.name,
        explanation=f"the gradient of {call.name} is not finite: {_went_in(call)}",
    )


def _same(one: Tensor, other: Tensor | None) -> bool:
    return other is not None and one.data_ptr() == other.data_ptr() and one.shape == other.shape


def _first(calls: Sequence[Call], step: int, inputs: Sequence[Tensor]) -> Failure | None:
    """Return the first call whose output is not finite."""
    for one in inputs:
        if one.is_floating_point() and not bool(torch.isfinite(one).all()):
            count = int((~torch.isfinite(one)).sum())
            return Failure(
                step=step,
                where="input",
                layer="",
                function="",
                explanation=f"{count} numbers of the inputs are not finite",
            )
    for call in calls:
        if call.output is None or not call.output.is_floating_point() or bool(torch.isfinite(call.output).all()):
            continue
        if call.name in ("full_like", "empty_like", "new_full", "full", "empty", "new_empty"):
            continue  # made so on purpose, e.g. the -inf of an attention mask
        where = "loss" if call.kind == "loss" else "forward"
        return Failure(step=step, where=where, layer=call.module, function=call.name, explanation=_went_in(call))
    return None


def _went_in(call: Call) -> str:
    """Return what a call was given, in words."""
    said = [
        f"{float(one.min()):.4g} to {float(one.max()):.4g}"
        for one in call.inputs
        if one.is_floating_point() and one.numel()
    ]
    return f"{call.name} was given numbers from {' and from '.join(said)}" if said else f"{call.name} gave it"


def batches_of(examples: Examples | None, size: int, most: int = 16) -> Iterator[Examples]:
    """Yield examples in batches."""
    if examples is None:
        return
    for start in range(0, min(len(examples), size * most), size):
        yield examples.take(slice(start, start + size))
