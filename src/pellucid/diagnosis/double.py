"""The double: a copy of the network on which everything is tried, so that the training itself is never touched."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.diagnosis.evidence import Examples
from pellucid.diagnosis.sampling import generators_kept


class Double:
    """A deep copy of a network and its loss, with the weights of the network's latest `sync`.

    Everything here runs with the random generators put back afterwards.
    """

    def __init__(self, network: nn.Module, loss_fn: Any) -> None:
        self.original = network
        self.network = copy.deepcopy(network)
        for module in self.network.modules():  # hooks of the user's are for the network itself
            module._forward_hooks.clear()
            module._forward_pre_hooks.clear()
            module._backward_hooks.clear()
        self.loss_fn = copy.deepcopy(loss_fn) if isinstance(loss_fn, nn.Module) else loss_fn
        self.first = {name: one.detach().clone() for name, one in self.network.named_parameters()}
        """The weights before step 1."""

    def _matched(self) -> tuple[list[Tensor], list[Tensor]]:
        theirs = [*self.original.parameters(), *self.original.buffers()]
        ours = [*self.network.parameters(), *self.network.buffers()]
        return [one.data for one in ours], [one.data for one in theirs]

    def sync(self) -> None:
        """Take over the present weights and buffers of the network."""
        with torch.no_grad():
            ours, theirs = self._matched()
            for mine, its in zip(ours, theirs, strict=True):
                mine.copy_(its)

    def in_step(self) -> bool:
        """Return whether the network's weights are finite, or were not at the latest `sync` either."""
        mine, its = (
            all(bool(torch.isfinite(one).all()) for one in network.parameters())
            for network in (self.network, self.original)
        )
        return its or not mine

    def state(self) -> dict[str, Tensor]:
        """Return a copy of the weights and buffers of the double."""
        return {name: one.detach().clone() for name, one in self.network.state_dict().items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take over weights and buffers."""
        self.network.load_state_dict(state)

    def fresh(self) -> tuple[nn.Module, Any]:
        """Return another copy of the network, with the double's weights, and the loss: to be trained in a probe."""
        return copy.deepcopy(self.network), self.loss_fn

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        first = next(self.network.parameters(), None)
        return torch.device("cpu") if first is None else first.device

    def placed(self, examples: Examples) -> Examples:
        """Return the examples on the double's device."""
        targets = examples.targets
        return Examples(
            tuple(one.to(self.device) for one in examples.inputs),
            targets.to(self.device) if isinstance(targets, Tensor) else targets,
            examples.axis,
        )

    def outputs(self, examples: Examples, *, training: bool = False, rows: int = 512) -> Tensor | None:
        """Return the outputs, without a graph, on the CPU, in parts of `rows`; the double's buffers stay."""
        parts = []
        with generators_kept(), torch.no_grad(), buffers_kept(self.network):
            self.network.train(training)
            for start in range(0, len(examples), rows):
                part = self.placed(examples.take(slice(start, start + rows)))
                result = self.network(*part.inputs)
                if not isinstance(result, Tensor):
                    return None
                parts.append(result.cpu())
        return torch.cat(parts) if parts else None

    def loss_of(self, outputs: Tensor, targets: Any) -> float:
        """Return the loss of outputs, as a number; NaN where the loss function refuses them."""
        with generators_kept(), torch.no_grad():
            try:
                targets = targets.to(outputs.device) if isinstance(targets, Tensor) else targets
                return number(_on(self.loss_fn, outputs.device)(outputs, targets))
            except (RuntimeError, ValueError, TypeError, IndexError):
                return math.nan


def _on(loss_fn: Any, device: torch.device) -> Any:
    return loss_fn.to(device) if isinstance(loss_fn, nn.Module) else loss_fn


def number(loss: Any) -> float:
    """Return a loss as a number: a tensor of one element, or the mean of several."""
    return float(loss.detach().float().mean()) if isinstance(loss, Tensor) else float(loss)


class buffers_kept:  # noqa: N801  (used as a context, like a function)
    """Within the context the network's buffers may change; on leaving they are as before, and so are the modes."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network

    def __enter__(self) -> None:
        self.buffers = [(one, one.detach().clone()) for one in self.network.buffers()]
        self.modes = [(module, module.training) for module in self.network.modules()]

    def __exit__(self, *_: object) -> None:
        with torch.no_grad():
            for buffer, value in self.buffers:
                buffer.copy_(value)
        for module, mode in self.modes:
            module.training = mode
