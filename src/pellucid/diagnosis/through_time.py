"""Sequences: weights that are used step after step, states that grow, gradients that fade on their way back in time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import buffers_kept
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.overriding import Replace
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Call, Tracer
from pellucid.diagnosis.weights import parameters_of

RECURRENT: Final = ("lstm", "gru", "rnn_tanh", "rnn_relu")
CELLS: Final = ("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
AXES: Final = 3  # (n, l, d) or (l, n, d)
OFTEN: Final = 8  # times the same weights are used in one pass: a recurrence written by hand
EDGE: Final = 10  # the first tenth of the steps
ARGUMENTS: Final = 9  # of a recurrent function over padded sequences; the last says whether rows come first


def repeated(evidence: Evidence) -> list[list[Call]]:
    """Return the calls that use the same weights eight times or more in one pass, each list in order."""
    found: dict[str, list[Call]] = {}
    for call in in_network(evidence):
        if call.name in WEIGHTED or call.name in CELLS:
            for name, _ in parameters_of(evidence, call):
                if len(call.inputs) > 1:
                    found.setdefault(name, []).append(call)
    return [calls for calls in found.values() if len(calls) >= OFTEN]


def states(evidence: Evidence) -> list[Tensor]:
    """Return the states of every recurrence on the probe batch, each with time first."""
    found, contract = [], evidence.contract
    for call in in_network(evidence):
        values = call.output
        if call.name in RECURRENT and values is not None and values.ndim == AXES and contract is not None:
            found.append(values.movedim(1, 0) if len(values) == len(contract.examples) else values)
    for calls in repeated(evidence):
        outputs = [call.output for call in calls if call.output is not None and call.output.is_floating_point()]
        if outputs and all(one.shape == outputs[0].shape for one in outputs):
            found.append(torch.stack(outputs))
    return found


def faded(evidence: Evidence) -> tuple[float, int] | None:
    """Return the gradient of the loss by the first tenth of a sequence, relative to its largest, and the length.

    None where the inputs are no sequence of a recurrence, or the gradient cannot be had.
    """
    double, contract = evidence.double, evidence.contract
    if double is None or contract is None or not states(evidence):
        return None
    batch, tracer = double.placed(contract.examples), Tracer()
    inputs = [one.clone().requires_grad_() if one.is_floating_point() else one for one in batch.inputs]
    with generators_kept(), buffers_kept(double.network), torch.enable_grad():
        double.network.train(True)
        try:
            with tracer.listening(double.network):
                outputs = double.network(*inputs)
            loss = double.loss_fn(outputs, batch.targets).mean()
            source = inputs[0] if inputs[0].is_floating_point() else _embedded(tracer)
            gradient = None if source is None else torch.autograd.grad(loss, source, allow_unused=True)[0]
        except REFUSALS:
            return None
    if gradient is None or gradient.ndim < 2 or gradient.ndim > AXES:  # noqa: PLR2004
        return None
    by_step = gradient.movedim(1 - batch.axis, 0).flatten(1).norm(dim=1)
    largest = float(by_step.max())
    if len(by_step) < OFTEN or not largest or not math.isfinite(largest):
        return None
    return float(by_step[: max(1, len(by_step) // EDGE)].max()) / largest, len(by_step)


def _embedded(tracer: Tracer) -> Tensor | None:
    """Return what the first embedding gave, in the graph."""
    return next((one for call, one in zip(tracer.calls, tracer.outputs, strict=True) if call.name == "embedding"), None)


def remembering() -> Replace:
    """Give the mean of all states so far in the place of each state."""
    seen: dict[int, int] = {}

    def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = func(*args, **kwargs)
        if name in RECURRENT and len(args) == ARGUMENTS and isinstance(result, tuple):
            return _averaged(result, 1 if args[-1] else 0)
        if name in CELLS and len(args) > 2:  # noqa: PLR2004  (inputs, state, weights)
            weights = args[2].data_ptr()
            seen[weights] = seen.get(weights, 0) + 1
            return _kept(result, args[1], 1 / seen[weights])
        return result

    return replace


def _averaged(result: Sequence[Any], axis: int) -> tuple[Any, ...]:
    out, last = result[0], result[1]
    shape = [1] * out.ndim
    shape[axis] = -1
    mean = out.cumsum(axis) / torch.arange(1, out.shape[axis] + 1, device=out.device).view(shape)
    state = mean.select(axis, -1)
    if last.shape[-1] == state.shape[-1]:  # one direction
        last = torch.cat([last[:-1], state[None]])
    return (mean, last, *result[2:])


def _kept(result: Any, before: Any, share: float) -> Any:
    """Return a mixture of the state before and this share of the new one; of an LSTM's cell, of both its states."""
    if isinstance(result, tuple):
        return tuple(old + share * (new - old) for new, old in zip(result, before, strict=True))
    return before + share * (result - before)
