"""Members: several networks in one, that share most weights and run as one product."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class MemberScale(nn.Module):
    """Gives each of e members its own view of the inputs, each feature times a weight of its own: (n, d) -> (e, n, d).

    The weights start as random signs, which makes the members differ most.

    Source: Y. Gorishniy, A. Kotelnikov, A. Babenko, TabM, 2024, the variant TabM-mini; after Y. Wen, D. Tran, J. Ba,
    BatchEnsemble, 2020.
    """

    def __init__(self, members: int, features: int, generator: torch.Generator) -> None:
        super().__init__()
        signs = torch.randint(0, 2, (members, 1, features), generator=generator) * 2 - 1
        self.weight = nn.Parameter(signs.to(torch.get_default_dtype()))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return x * r_e for each member e."""
        return inputs * self.weight


class MemberLinear(nn.Module):
    """A linear layer of its own for each of e members: (e, n, in) -> (e, n, out), as one batched product."""

    def __init__(self, members: int, inputs: int, outputs: int, generator: torch.Generator) -> None:
        super().__init__()
        weight = torch.randn(members, inputs, outputs, generator=generator)
        self.weight = nn.Parameter(weight / math.sqrt(max(inputs, 1)))
        self.bias = nn.Parameter(torch.zeros(members, 1, outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return x_e W_e + b_e for each member e."""
        return torch.baddbmm(self.bias, inputs, self.weight)
