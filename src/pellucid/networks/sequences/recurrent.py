"""Recurrent layers one upon another: RNN, GRU or LSTM, in one direction or both, for sequences of any length.

The layers run over the padding too, and the true last step is taken out: packed sequences took twice the time on the
CPU (LSTM, 64 sequences of 5 to 60 steps, one thread).
Running backwards, the true steps are turned round and the padding stays at the end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.foundation.names import look_up
from pellucid.networks.blocks import NO_WEIGHTS
from pellucid.networks.sequences.pooling import mask_of

CELLS: Final[Mapping[str, Any]] = MappingProxyType({"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM})
FORGET_BIAS: Final = 1.0  # of an LSTM: at first it remembers; R. Jozefowicz and others, 2015


class Recurrent(nn.Module):
    """A stack of recurrent layers.

    Args:
        inputs: d, features of each step.
        units: h, of the state of each layer and direction.
        cell: rnn, gru or lstm.
        layers: how many, one upon another.
        bidirectional: whether each layer also reads from the last step to the first; the states then have 2 h features.
        dropout: share of the states that are left out between layers, from 0 to below 1.
        generator: draws the weights; None takes torch's own.

    Raises:
        UnknownNameError: there is no such cell.

    Example:
        >>> states, summary = Recurrent(3, 8, bidirectional=True)(torch.zeros(2, 3, 5), torch.tensor([5, 2]))
        >>> states.shape, summary.shape
        (torch.Size([2, 16, 5]), torch.Size([2, 16]))

    Source: S. Hochreiter, J. Schmidhuber, Long short-term memory, 1997; K. Cho and others (GRU), 2014; both directions:
    M. Schuster, K. Paliwal, 1997. Weights: orthogonal from state to state, Glorot's from input to state.
    """

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        cell: str = "lstm",
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        kind = look_up("Recurrent", "a cell", cell, CELLS)
        directions = 2 if bidirectional else 1
        widths = (inputs, *[units * directions] * (layers - 1))
        self.ahead = nn.ModuleList(_layer(kind, width, units, generator) for width in widths)
        self.back = nn.ModuleList(_layer(kind, width, units, generator) for width in widths if bidirectional)
        self.dropout = nn.Dropout(dropout)
        self.units = units
        self.width = units * directions

    def forward(self, sequences: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Run over the sequences.

        Args:
            sequences: (n, d, l).
            lengths: (n,) int64, true steps of each, at least 1; None where all are true.

        Returns:
            The states of the last layer (n, h, l), 0 after the true last step, and their summary (n, h): at the true
            last step; of the direction that reads backwards, at the first. Of both directions there are 2 h features.
        """
        states = sequences.transpose(1, 2)  # (n, l, d)
        n, steps, _ = states.shape
        last = torch.full((n,), steps, device=states.device) if lengths is None else lengths
        turned = _turned(last, steps) if self.back else None
        for number, ahead in enumerate(self.ahead):
            given = self.dropout(states) if number else states
            states = ahead(given)[0]
            if turned is not None:
                behind = self.back[number](_gathered(given, turned))[0]
                states = torch.cat([states, _gathered(behind, turned)], dim=2)
        summary = states[torch.arange(n, device=states.device), last - 1]
        if turned is not None:
            summary = torch.cat([summary[:, : self.units], states[:, 0, self.units :]], dim=1)
        if lengths is not None:
            states = states * mask_of(lengths, steps).unsqueeze(2)
        return states.transpose(1, 2), summary


def _turned(lengths: Tensor, steps: int) -> Tensor:
    """Return the (n, l) places that turn the true steps round and leave the padding where it is."""
    places = torch.arange(steps, device=lengths.device)
    return torch.where(mask_of(lengths, steps), lengths.unsqueeze(1) - 1 - places, places)


def _gathered(states: Tensor, places: Tensor) -> Tensor:
    """Return the states (n, l, d) in another order of the steps."""
    return states.gather(1, places.unsqueeze(2).expand(-1, -1, states.shape[2]))


def _layer(kind: Any, inputs: int, units: int, generator: torch.Generator | None) -> nn.Module:
    """Return one layer in one direction with weights drawn from the generator."""
    layer: nn.Module = kind(inputs, units, batch_first=True, device=NO_WEIGHTS)
    layer.to_empty(device="cpu")
    gates = layer.get_parameter("bias_ih_l0").numel() // units
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            parameter.zero_()
            for gate in parameter.view(gates, units, -1):
                if name == "weight_hh_l0":
                    nn.init.orthogonal_(gate, generator=generator)
                elif name == "weight_ih_l0":
                    gate.normal_(0.0, math.sqrt(2 / (inputs + units)), generator=generator)
        if kind is nn.LSTM:
            layer.get_parameter("bias_ih_l0")[units : 2 * units] = FORGET_BIAS
    return layer
