"""Layers that do something else in training than in use: dropout and batch normalization. Needs torch."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import buffers_kept
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Call, Tracer


def dropouts(network: nn.Module) -> list[str]:
    """Return the names of the dropout layers that drop anything.

    Example:
        >>> dropouts(nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5), nn.Dropout(0.0)))
        ['1']
    """
    return [name for name, one in network.named_modules() if isinstance(one, _DropoutNd) and one.p > 0]


def batch_norms(network: nn.Module) -> list[tuple[str, _BatchNorm]]:
    """Return the batch normalizations with their names."""
    return [(name, one) for name, one in network.named_modules() if isinstance(one, _BatchNorm)]


def has_modes(network: nn.Module) -> bool:
    """Return whether the network says something else in training than in eval mode."""
    return bool(dropouts(network)) or any(one.track_running_stats for _, one in batch_norms(network))


def calls_in_eval(evidence: Evidence) -> tuple[Call, ...]:
    """Return the torch functions of a forward pass in eval mode, on the probe batch; () where there is none."""
    made: tuple[Call, ...] = evidence.probes.once("calls in eval", lambda: _calls(evidence))
    return made


def _calls(evidence: Evidence) -> tuple[Call, ...]:
    double, contract = evidence.double, evidence.contract
    if double is None or contract is None:
        return ()
    tracer = Tracer()
    with generators_kept(), buffers_kept(double.network):
        double.network.eval()
        try:
            with tracer.listening(double.network):
                double.network(*double.placed(contract.examples).inputs)
        except REFUSALS:
            return ()
    return tuple(tracer.calls)


def option(call: Call, name: str, place: int, default: Any) -> Any:
    """Return an argument of a call, by its name or its place among all arguments."""
    return call.options.get(name, call.options.get(str(place), default))
