"""Applying an optimizer to packed weights: one of ours, by name, or any of torch.optim's that the user made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from pellucid.concepts.optimizers.rules.optimizer import Optimizer
from pellucid.foundation.errors import RangeError
from pellucid.training.vectors import Vector


class Resumable(Protocol):
    """Something whose state can be saved as tensors and numbers, and taken over again exactly."""

    rate: float
    """The learning rate before the schedule's factor."""

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors of the state, by name."""
        ...

    def numbers(self) -> Any:
        """Return the rest of the state, as JSON can hold it."""
        ...

    def load(self, tensors: dict[str, Tensor], numbers: Any) -> None:
        """Take over a state that `tensors` and `numbers` once returned."""
        ...


class Updater(Resumable, Protocol):
    """Turns gradients into new weights, and clears the gradients."""

    def step(self, factor: float) -> None:
        """Take one step with the learning rate times `factor`."""
        ...


class VectorUpdater:
    """Our own optimizers, which update whole vectors."""

    def __init__(self, optimizer: Optimizer, vectors: Sequence[Vector], rate: float) -> None:
        self.optimizer, self.vectors, self.rate = optimizer, vectors, rate
        self.states = [optimizer.start(vector.weights) for vector in vectors]
        self.count = 0

    def step(self, factor: float) -> None:
        """Take one step with the learning rate times `factor`."""
        self.count += 1
        rate = self.rate * factor
        with torch.no_grad():
            for vector, state in zip(self.vectors, self.states, strict=True):
                self.optimizer.update(
                    vector.weights,
                    vector.gradient,
                    state,
                    step=self.count,
                    rate=rate * vector.rate_factor,
                    decay=vector.decay,
                )
                vector.gradient.zero_()

    def tensors(self) -> dict[str, Tensor]:
        """Return the state vectors themselves, not copies."""
        return {f"{number}.{name}": kept for number, state in enumerate(self.states) for name, kept in state.items()}

    def numbers(self) -> Any:
        """Return the number of steps taken."""
        return self.count

    def load(self, tensors: dict[str, Tensor], numbers: Any) -> None:
        """Take over a state."""
        self.count = int(numbers)
        for name, kept in self.tensors().items():
            kept.copy_(tensors[name])


class TorchUpdater:
    """An optimizer of torch.optim, or one that behaves like it; its own learning rates are kept."""

    def __init__(self, optimizer: Any, vectors: Sequence[Vector]) -> None:
        if not isinstance(optimizer, torch.optim.Optimizer) or isinstance(optimizer, torch.optim.LBFGS):
            raise RangeError(
                f"fit expected the optimizer function to return a torch.optim.Optimizer whose step takes no closure, "
                f"got {type(optimizer).__name__}: return one such as torch.optim.Adam(parameters), or pass 'lbfgs'"
            )
        self.optimizer, self.vectors = optimizer, vectors
        self.rates = [float(group["lr"]) for group in optimizer.param_groups]
        self.rate = self.rates[0]

    def step(self, factor: float) -> None:
        """Take one step with each group's learning rate times `factor`."""
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        self.optimizer.step()
        for vector in self.vectors:
            vector.gradient.zero_()

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors inside the optimizer's state_dict."""
        found: dict[str, Tensor] = {}
        _without_tensors(self.optimizer.state_dict(), found, "state")
        return found

    def numbers(self) -> Any:
        """Return the optimizer's state_dict with the names of tensors in their places."""
        return _without_tensors(self.optimizer.state_dict(), {}, "state")

    def load(self, tensors: dict[str, Tensor], numbers: Any) -> None:
        """Take over a state."""
        self.optimizer.load_state_dict(_with_tensors(numbers, tensors))


def _without_tensors(tree: Any, found: dict[str, Tensor], path: str) -> Any:
    """Return the tree as JSON can hold it, and put its tensors into `found` by their paths."""
    if isinstance(tree, Tensor):
        found[path] = tree
        return {"tensor": path}
    if isinstance(tree, dict):
        items = [[key, _without_tensors(value, found, f"{path}.{key}")] for key, value in tree.items()]
        return {"items": items}
    if isinstance(tree, list | tuple):
        parts = [_without_tensors(value, found, f"{path}.{place}") for place, value in enumerate(tree)]
        return {"tuple" if isinstance(tree, tuple) else "list": parts}
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    raise RangeError(
        f"fit expected an optimizer whose state is tensors and numbers, got {type(tree).__name__} at {path}: "
        "such a state cannot be saved without pickle; choose an optimizer by name"
    )


def _with_tensors(tree: Any, tensors: dict[str, Tensor]) -> Any:
    """Undo `_without_tensors`."""
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    if kind == "tensor":
        return tensors[content]
    if kind == "items":
        return {key: _with_tensors(value, tensors) for key, value in content}
    parts = [_with_tensors(part, tensors) for part in content]
    return tuple(parts) if kind == "tuple" else parts
