"""The step of L-BFGS: all examples, part by part, the loss evaluated several times along the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.foundation.errors import RangeError
from pellucid.training.steps import Gradients, Parts, accumulate
from pellucid.training.vectors import Treated, Vector, offsets, pack


class WholeStep:
    """One quasi-Newton step; its parts must be the whole training set, the same in every call.

    Weight decay enters as the penalty λ/2 w² of each decaying weight, so that the line search sees it.
    """

    def __init__(self, gradients: Gradients, treated: Sequence[Treated], optimizer: LBFGS) -> None:
        self.vectors = pack([Treated(one.parameter, 1.0, 0.0) for one in treated])
        if len(self.vectors) > 1:
            raise RangeError(
                "fit expected all weights of one type on one device for lbfgs, got several: choose the optimizer adam"
            )
        self.gradients, self.optimizer = gradients, optimizer
        self.penalty = penalties(self.vectors[0], treated)
        self.state = optimizer.start(self.vectors[0].weights)
        self.converged = False
        self.rate = optimizer.usual_rate

    def __call__(self, parts: Parts, factor: float) -> Tensor:
        """Take one step and return the loss before it, the penalty included; `factor` is ignored."""
        (vector,) = self.vectors

        def evaluate() -> float:
            vector.gradient.zero_()
            with torch.enable_grad():
                loss = float(accumulate(self.gradients, parts))
            if self.penalty is not None:
                loss += float((self.penalty * vector.weights**2).sum()) / 2
                vector.gradient.addcmul_(self.penalty, vector.weights)
            return loss

        with torch.no_grad():
            loss, self.converged = self.optimizer.update(vector.weights, vector.gradient, self.state, evaluate=evaluate)
        return torch.tensor(loss, dtype=vector.weights.dtype, device=vector.weights.device)

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors of the state themselves, not copies."""
        return self.state

    def numbers(self) -> Any:
        """Return whether the minimum was found."""
        return self.converged

    def load(self, tensors: dict[str, Tensor], numbers: Any) -> None:
        """Take over a state."""
        self.converged = bool(numbers)
        for name, kept in self.state.items():
            kept.copy_(tensors[name])


def penalties(vector: Vector, treated: Sequence[Treated]) -> Tensor | None:
    """Return the weight decay of every element of the vector, or None where nothing decays."""
    if not any(one.decay for one in treated):
        return None
    starts, _ = offsets(vector.parameters)
    penalty = torch.zeros_like(vector.weights)
    for start, one in zip(starts, treated, strict=True):
        penalty[start : start + one.parameter.numel()] = one.decay
    return penalty
