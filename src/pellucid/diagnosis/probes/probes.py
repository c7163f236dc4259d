"""Trials: a copy of the network trained for a few steps, with one thing changed. Needs torch."""

from __future__ import annotations

import copy
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, number
from pellucid.diagnosis.evidence import Examples
from pellucid.diagnosis.sampling import generators_kept

SECONDS: Final = 1.0  # for one trial
TOTAL_SECONDS: Final = 8.0  # for all trials of one training


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of training a copy."""

    losses: tuple[float, ...]
    """Of every batch, before its step."""
    before: float
    """Loss in eval mode on the trial's examples before the first step."""
    after: float
    """The same after the last step."""
    network: nn.Module
    """The copy, trained."""

    @property
    def fell(self) -> float:
        """How much of the loss is gone: 1 for all of it, 0 for none, negative where it grew; NaN where not finite."""
        return (self.before - self.after) / abs(self.before) if self.before else 0.0


@dataclass(slots=True)
class Probes:
    """Runs trials, each once, and stops when their time is used up."""

    double: Double | None
    optimizer: Any
    """The training's own, read for its class and options only."""
    examples: Examples | None
    batch_size: int = 32
    seconds_spent: float = 0.0
    start: dict[str, Tensor] = field(default_factory=dict)
    """The weights before step 1."""
    _known: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what `make()` returned when it was first asked for under this key."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def forget(self) -> None:
        """Ask everything anew: the loss is another one."""
        self._known.clear()

    def trial(
        self,
        *,
        steps: int = 20,
        rate_factor: float = 1.0,
        from_start: bool = True,
        rows: int | None = None,
        make_optimizer: Callable[[list[nn.Parameter]], Any] | None = None,
        change: Callable[[nn.Module], None] | None = None,
        loss_fn: Any = None,
        inputs: Callable[[Tensor], Tensor] | None = None,
        targets: Callable[[Tensor], Tensor] | None = None,
    ) -> Trial | None:
        """Train a copy for a few steps and return what came of it; None where it cannot be done or the time is up.

        Args:
            steps: at most; a second ends it too.
            rate_factor: the learning rate of every group is multiplied by it.
            from_start: begin with the weights before step 1, else with the double's present ones.
            rows: train on so many rows only, again and again.
            make_optimizer: another optimizer than one of the training's class with its options.
            change: changes the copy before the first step.
            loss_fn: another loss.
            inputs: changes the first input tensor of the examples.
            targets: changes the targets.
        """
        if self.double is None or self.examples is None or self.seconds_spent > TOTAL_SECONDS:
            return None
        began = time.thread_time()
        try:
            with generators_kept():
                torch.manual_seed(0)
                network, loss = self.double.fresh()
                if from_start and self.start:
                    network.load_state_dict(self.start)
                if change is not None:
                    change(network)
                examples = self._examples(rows, inputs, targets)
                return self._trained(network, loss_fn or loss, examples, steps, rate_factor, make_optimizer)
        except REFUSALS:
            return None
        finally:
            self.seconds_spent += time.thread_time() - began

    def _examples(
        self, rows: int | None, inputs: Callable[[Tensor], Tensor] | None, targets: Callable[[Tensor], Tensor] | None
    ) -> Examples:
        examples = self.examples
        if examples is None:  # pragma: no cover  (asked before)
            raise ValueError("no examples")
        order = torch.randperm(len(examples))[: rows or len(examples)]
        examples = examples.take(order)
        first = examples.inputs[0] if inputs is None else inputs(examples.inputs[0])
        changed = examples.targets if targets is None else targets(examples.targets)
        return Examples((first, *examples.inputs[1:]), changed)

    def _trained(
        self, network: nn.Module, loss_fn: Any, examples: Examples, steps: int, factor: float, make: Any
    ) -> Trial:
        parameters = [one for one in network.parameters() if one.requires_grad]
        optimizer = make(parameters) if make is not None else self.like_theirs(parameters, factor)
        before, losses, began = _loss(network, loss_fn, examples), [], time.thread_time()
        network.train(True)
        size = min(self.batch_size, len(examples))
        per_pass = max(1, len(examples) // size)
        for step in range(steps):
            start = (step % per_pass) * size
            batch = examples.take(slice(start, start + size))
            loss = loss_fn(network(*(one.to(_device(network)) for one in batch.inputs)), _to(batch.targets, network))
            optimizer.zero_grad()
            loss.mean().backward()
            optimizer.step()
            losses.append(number(loss))
            if not math.isfinite(losses[-1]) or time.thread_time() - began > SECONDS:
                break
        return Trial(losses=tuple(losses), before=before, after=_loss(network, loss_fn, examples), network=network)

    def like_theirs(self, parameters: list[nn.Parameter], rate_factor: float = 1.0) -> Any:
        """Return an optimizer of the training's class with its options for other parameters, its state empty."""
        if self.optimizer is None:
            return torch.optim.Adam(parameters)
        make = self.optimizer if callable(self.optimizer) else type(self.optimizer)
        groups = self._grouped(parameters)
        parts, first = [{"params": chosen} for chosen, _ in groups], groups[0][1]
        try:
            made = make(parts, lr=float(first["lr"]) * rate_factor)
        except TypeError:  # written by hand, with options that must be given
            wanted = inspect.signature(make).parameters
            made = make(parts, **{key: value for key, value in first.items() if key in wanted and key != "params"})
        for group, (_, options) in zip(made.param_groups, groups, strict=True):
            group.update({key: copy.copy(value) for key, value in options.items() if key != "params"})
            group["lr"] = float(options["lr"]) * rate_factor
        return made

    def _grouped(self, parameters: list[nn.Parameter]) -> list[tuple[list[nn.Parameter], Any]]:
        """Return the parameters by the optimizer's groups; all in the first where they are not those of the network."""
        groups = self.optimizer.param_groups
        theirs = [] if self.double is None else [one for one in self.double.original.parameters() if one.requires_grad]
        if len(groups) == 1 or [one.shape for one in theirs] != [one.shape for one in parameters]:
            return [(parameters, groups[0])]
        place = {id(one): number for number, group in enumerate(groups) for one in group["params"]}
        found: list[tuple[list[nn.Parameter], Any]] = [([], group) for group in groups]
        for mine, its in zip(parameters, theirs, strict=True):
            found[place.get(id(its), 0)][0].append(mine)
        return [one for one in found if one[0]]


def _device(network: nn.Module) -> torch.device:
    return next(network.parameters()).device


def _to(targets: Any, network: nn.Module) -> Any:
    return targets.to(_device(network)) if isinstance(targets, Tensor) else targets


def _loss(network: nn.Module, loss_fn: Any, examples: Examples, rows: int = 512) -> float:
    """Return the loss in eval mode on up to 512 rows."""
    with torch.no_grad():
        network.eval()
        some = examples.take(slice(0, rows))
        loss = loss_fn(network(*(one.to(_device(network)) for one in some.inputs)), _to(some.targets, network))
        return number(loss)
