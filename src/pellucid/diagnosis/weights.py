"""Initial weights: their gain, where they are used, and a copy with torch's default ones to compare with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from torch import Tensor, nn

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.trace import Call

KINDS: Final = frozenset(
    {"Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "RNN", "LSTM",
     "GRU", "RNNCell", "LSTMCell", "GRUCell", "Bilinear", "MultiheadAttention", "NonDynamicallyQuantizableLinear"}
)  # fmt: skip
"""Modules whose weights mix what comes in."""
GATES: Final = {"LSTM": 4, "LSTMCell": 4, "GRU": 3, "GRUCell": 3}
PRODUCTS: Final = frozenset({"linear", "matmul", "__matmul__", "mm", "addmm"})
STEPS: Final = 100  # of the two trials that are compared


def matrices(evidence: Evidence, values: Mapping[str, Tensor] | None = None) -> Iterator[tuple[str, str, Tensor]]:
    """Yield name, kind of module and values, outputs first, of every trainable weight that mixes what comes in.

    A program's own parameters are among them where the network multiplies something by them.

    Args:
        evidence: of the training.
        values: of the parameters by name; those before step 1 if None.
    """
    double = evidence.double
    if double is None:
        return
    values, own = double.first if values is None else values, _own(evidence)
    for entry in evidence.program.parameters:
        if not entry.trainable or len(entry.shape) < 2 or entry.name not in values:  # noqa: PLR2004
            continue
        if entry.kind in KINDS:
            yield entry.name, entry.kind, values[entry.name]
        elif entry.name in own:
            weights = values[entry.name]
            yield entry.name, entry.kind, weights.T if own[entry.name] else weights


def _own(evidence: Evidence) -> dict[str, bool]:
    """Return the names of the program's own matrices, and of each whether its inputs come first, as in `x @ w`."""
    names = {entry.name for entry in evidence.program.parameters if entry.kind not in KINDS and len(entry.shape) == 2}  # noqa: PLR2004
    found = {}
    for call in in_network(evidence) if names else ():
        for name, place in parameters_of(evidence, call) if call.name in PRODUCTS else ():
            if name in names and evidence.double is not None:
                swapped = call.inputs[place].stride() != evidence.double.first[name].stride()
                found[name] = swapped != (call.name != "linear" and place > 0)
    return found


def parameters_of(evidence: Evidence, call: Call) -> list[tuple[str, int]]:
    """Return the parameters that a call of the contract's pass was given: name, and place among its tensors."""
    if evidence.double is None:
        return []
    known = {one.data_ptr(): name for name, one in evidence.double.network.named_parameters()}
    places = enumerate(call.inputs)
    return [(known[one.data_ptr()], place) for place, one in places if one.numel() and one.data_ptr() in known]


def beside_default(evidence: Evidence) -> tuple[Trial, Trial] | None:
    """Return 100 steps of a copy as it is, and with torch's default weights; None where they cannot be had."""
    trial = evidence.probes.trial
    as_it_is = evidence.probes.once(("as it is", STEPS), lambda: trial(steps=STEPS))
    plain = evidence.probes.once(("default weights", STEPS), lambda: trial(steps=STEPS, change=resetting(evidence)))
    return (as_it_is, plain) if isinstance(as_it_is, Trial) and isinstance(plain, Trial) else None


def resetting(evidence: Evidence) -> Callable[[nn.Module], None]:
    """Return a change that gives every layer torch's default weights, and the program's own matrices the like."""
    own = {name: weights.shape[1] for name, kind, weights in matrices(evidence) if kind not in KINDS}

    def change(network: nn.Module) -> None:
        reset(network)
        for name, parameter in network.named_parameters():
            if name in own:
                nn.init.uniform_(parameter, -1 / math.sqrt(own[name]), 1 / math.sqrt(own[name]))

    return change


def gain(weights: Tensor) -> float:
    """Return the standard deviation times the root of the inputs: He's is sqrt(2), torch's default 0.577.

    Example:
        >>> import torch
        >>> gain(torch.tensor([[2.0, -2.0, 2.0, -2.0], [-2.0, 2.0, 2.0, -2.0]]))
        4.0
    """
    return float(weights.float().std(correction=0)) * math.sqrt(weights[0].numel())


def reset(network: nn.Module) -> None:
    """Give every layer torch's default weights."""
    for module in network.modules():
        again = getattr(module, "reset_parameters", None)
        if callable(again):
            again()
