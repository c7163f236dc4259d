"""Initial weights: their gain, and a copy with torch's default ones to compare with. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from torch import Tensor, nn

from pellucid.diagnosis.evidence import Evidence

KINDS: Final = frozenset(
    {"Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "RNN", "LSTM",
     "GRU", "RNNCell", "LSTMCell", "GRUCell", "Bilinear", "MultiheadAttention", "NonDynamicallyQuantizableLinear"}
)  # fmt: skip
"""Modules whose weights mix what comes in."""
GATES: Final = {"LSTM": 4, "LSTMCell": 4, "GRU": 3, "GRUCell": 3}


def matrices(evidence: Evidence) -> Iterator[tuple[str, str, Tensor]]:
    """Yield name, kind of module and values before step 1 of every trainable weight that mixes what comes in."""
    double = evidence.double
    for entry in evidence.program.parameters if double is not None else ():
        if entry.kind in KINDS and entry.trainable and len(entry.shape) > 1 and double is not None:
            yield entry.name, entry.kind, double.first[entry.name]


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
