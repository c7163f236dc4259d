"""What a loop does to the outputs before it hands them to the loss: the double's loss does so too. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import contract_of
from pellucid.diagnosis.evidence import Contract, Evidence, StepFacts
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.preparing import prepare
from pellucid.diagnosis.window import DIFFERENCES, column_and_row

SMALLEST: Final = 1e-8  # what loops add before a logarithm
FACTOR: Final = 2.0  # between the loss of step 1 and that on the copy: another batch of the same rows
FEWEST: Final = 2  # watched steps

CHANGES: Final[Mapping[str, Callable[[Tensor], Tensor]]] = {
    "log_softmax": lambda values: values.log_softmax(min(1, values.ndim - 1)),
    "softmax": lambda values: values.softmax(min(1, values.ndim - 1)),
    "sigmoid": torch.sigmoid,
    "logsigmoid": nn.functional.logsigmoid,
    "log": lambda values: values.clamp_min(SMALLEST).log(),
    "exp": torch.exp,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": nn.functional.softplus,
    "squeeze": lambda values: values.squeeze(-1),
    "float": lambda values: values,  # of the targets
}
NEUTRAL: Final = frozenset(
    {"add", "__add__", "clamp", "clamp_min", "long", "to", "view", "reshape", "flatten", "unsqueeze", "double"}
)
"""What may stand among them: a small number under a logarithm, and what the targets are put through."""
BOUNDED: Final = ("softmax", "sigmoid")
OPTIONS: Final = ("ignore_index", "weight", "pos_weight")
"""What rules read of a loss module."""


class Adapted(nn.Module):
    """A loss that does to the outputs what the loop does.

    Example:
        >>> loss_fn = Adapted(nn.NLLLoss(), ("log_softmax",))
        >>> z, y = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
        >>> torch.allclose(loss_fn(z, y), nn.functional.cross_entropy(z, y))
        True
    """

    def __init__(self, loss_fn: Any, names: tuple[str, ...]) -> None:
        super().__init__()
        self.loss_fn, self.names = loss_fn, names
        for option in OPTIONS:
            setattr(self, option, getattr(loss_fn, option, None))

    def forward(self, outputs: Tensor, targets: Any) -> Any:
        """Return the loss of the changed outputs; a column stays one where the targets are one."""
        for name in self.names:
            if name == "float" and isinstance(targets, Tensor):
                targets = targets.float()
            if name == "squeeze" and isinstance(targets, Tensor) and targets.numel() == outputs.numel():
                outputs = outputs.reshape(targets.shape)
            elif name != "squeeze" or not isinstance(targets, Tensor) or targets.ndim < outputs.ndim:
                outputs = CHANGES[name](outputs)
        return self.loss_fn(outputs, targets)


def adapt(evidence: Evidence) -> bool:
    """Heed what the loop does before the network, and between network and loss; return whether it does anything.

    The double's loss, the program's and the contract are made anew; the double keeps its first weights.
    """
    prepared = prepare(evidence)
    return _adapt_loss(evidence) or prepared


def _adapt_loss(evidence: Evidence) -> bool:
    contract, double, program = evidence.contract, evidence.double, evidence.program
    if contract is None or double is None or contract.outputs is None:
        return False
    names = done_in_loop(contract, evidence.steps)
    if "squeeze" not in names and _brought_together(contract, evidence.steps):
        names = (*names, "squeeze")
    if not contract.error and not set(names) - {"float"}:
        return False
    head = None if contract.error else head_of(evidence)
    if not names or (names[-1] in BOUNDED and head is not None and head.takes == "logits"):
        return False  # a second one before a loss that has its own: a fault that the rules find; or it is for a metric
    kept, state = double.loss_fn, double.state()
    double.loss_fn = Adapted(kept, names)
    double.load(evidence.probes.start)
    made = contract_of(double, contract.examples)
    first = evidence.steps[0].loss
    if made.error or first is None or not _alike(made.loss, first):
        double.loss_fn = kept
        double.load(state)
        return False
    program.loss_fn, evidence.contract, evidence.in_loop = double.loss_fn, made, names
    evidence.probes.forget()
    return True


def _brought_together(contract: Contract, steps: list[StepFacts]) -> bool:
    """Return whether the loss compares a column with a vector on the copy, and the loop never does so."""
    loss = [call for call in contract.calls if call.kind == "loss" and call.name in DIFFERENCES]
    compared = any(column_and_row(call.inputs) for call in loss)
    return compared and all(step.backwards and not step.broadcast for step in steps)


def _alike(one: float, other: float) -> bool:
    """Return whether two losses may be those of two batches."""
    return math.isfinite(one) and one * other > 0 and 1 / FACTOR < one / other < FACTOR


def done_in_loop(contract: Contract, steps: list[StepFacts]) -> tuple[str, ...]:
    """Return the names of `CHANGES` that every watched step calls right before the loss, and the contract does not."""
    inside = [call.name for call in contract.calls if call.kind != "loss"]
    loss = [call.name for call in contract.calls if call.kind == "loss"]
    seen = {_between(step.functions, inside, "" if contract.error else loss[0] if loss else "") for step in steps}
    return seen.pop() if len(seen) == 1 and len(steps) >= FEWEST else ()


def _between(functions: tuple[str, ...], inside: list[str], loss: str) -> tuple[str, ...]:
    """Return what is called between the end of the network and the loss; where the loss is not known, first of all."""
    if "backward" not in functions or not inside:
        return ()
    names = list(functions[: len(functions) - 1 - functions[::-1].index("backward")])
    if inside[-1] not in names:
        return ()
    after = names[len(names) - names[::-1].index(inside[-1]) :]
    if loss:
        if loss not in after:
            return ()
        after = after[: after.index(loss)]
    found: list[str] = []
    for name in after if not loss else reversed(after):
        if name not in CHANGES and name not in NEUTRAL:
            break
        found.append(name)
    ordered = found if not loss else found[::-1]
    return tuple(name for name in ordered if name in CHANGES)
