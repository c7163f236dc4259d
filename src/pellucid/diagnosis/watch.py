"""`watch`: the diagnosis for anyone's own training loop, in two lines, without changing its numbers. Needs torch."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Any, Final

import torch
from torch import nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.window import Window

LOOKED_FOR: Final = 2  # epochs, after each of which an evaluation is looked for whatever it costs


class watch:  # noqa: N801  (a context, used like a function)
    """Watch a training loop: what is wrong with it is in `doctor.findings`.

    The weights are bit for bit those of the loop without it; afterwards nothing is attached to anything.

    Args:
        network: the module that is trained.
        optimizer: of torch.optim, or one that has its hooks.
        loss_fn: `loss_fn(outputs, targets)`, as the loop calls it.
        train_loader: gives batches (inputs, targets); a DataLoader, a list, anything that can be gone through again.
        validation_loader: the same for validation; None where there is none.
        metric: `metric(outputs, targets)`, the number that the loop reports, to be checked against the loss.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> _ = torch.manual_seed(0)
        >>> x = torch.randn(256, 5)
        >>> batches = list(zip(x.split(32), (x @ torch.ones(5, 1)).split(32)))
        >>> network = nn.Linear(5, 1)
        >>> optimizer, loss_fn = torch.optim.SGD(network.parameters(), lr=0.1), nn.MSELoss()
        >>> with watch(network, optimizer, loss_fn, batches) as doctor:
        ...     for epoch in range(10):
        ...         for inputs, targets in batches:
        ...             loss = loss_fn(network(inputs), targets)
        ...             optimizer.zero_grad()
        ...             loss.backward()
        ...             optimizer.step()
        >>> doctor.findings
        ()
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Any,
        loss_fn: Any,
        train_loader: Any = None,
        validation_loader: Any = None,
        *,
        metric: Any = None,
    ) -> None:
        self.network, self.optimizer = network, optimizer
        self.arguments = (network, optimizer, loss_fn, train_loader, validation_loader)
        self.metric = metric
        self.window: Window | None = None
        self.handles: list[Any] = []
        self.before: Any = None
        self.lingering: list[Window] = []
        """Windows that could not be closed at once."""
        self.losses: list[Any] = []
        """Weak references to the losses of the latest watched steps."""
        self.step = 0
        """Steps done when the counter was last set."""
        self.waiting = self.countdown = 1

    def __enter__(self) -> Doctor:
        """Examine everything, then begin to watch."""
        self.doctor = Doctor.of(*self.arguments, metric=self.metric)
        names = {id(one): name for name, one in self.network.named_parameters()}
        chosen = [one for group in self.optimizer.param_groups for one in group["params"]]
        self.parameters = [(names.get(id(one), f"parameter {place}"), one) for place, one in enumerate(chosen)]
        self.handles = [self.optimizer.register_step_post_hook(self._stepped)]
        self._open()
        return self.doctor

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Detach everything and look a last time."""
        evidence = self.doctor.evidence
        if self.window is not None:
            self._close_window(self.window)
        for handle in self.handles:
            handle.remove()
        self.handles, self.window = [], None
        for window in self.lingering:
            window.stop()
        evidence.steps_taken = self.step + self.waiting - self.countdown
        if kind is None or issubclass(kind, Exception):
            self._check_weights()
            self.doctor.end()

    def _open(self) -> None:
        """Watch the next step."""
        with self.doctor.at_work():
            self.waiting = self.countdown = 1
            self.window = Window(self.network, self.parameters, self.step + 1, self.losses)
            self.before = self.optimizer.register_step_pre_hook(self._about_to_step)
            self.window.start()

    def _close_window(self, window: Window) -> None:
        window.stop()
        if window.open:
            self.lingering.append(window)
        if self.before is not None:
            self.before.remove()
            self.before = None
        self.doctor.budget.spent += window.seconds
        evidence = self.doctor.evidence
        evidence.passes += window.evaluations()
        evidence.backwards_seen += window.backwards

    def _about_to_step(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Look at the gradients that the optimizer is about to use."""
        window = self.window
        if window is None:
            return
        with self.doctor.at_work():
            window.before_step(closure=_closure_in(args, kwargs))
            losses = [] if window.loss is None else [window.loss]
            if not all(map(math.isfinite, [*losses, window.norm_at_step])):
                self.doctor.fail(self.step + 1, window.inputs, sync=True)

    def _stepped(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Count; where a watched step ends take it in, where one is to begin open the window."""
        self.countdown -= 1
        if self.countdown > 0:
            return
        self.step += self.waiting
        if self.window is not None:
            with self.doctor.at_work():
                self._take_in(self.window, closure=_closure_in(args, kwargs))
                steps = self._steps_to_next()
            if steps > 1:
                self.waiting = self.countdown = steps - 1
                return
        self._open()

    def _take_in(self, window: Window, *, closure: bool) -> None:
        """Close the window and keep what was seen."""
        self.window = None
        self._close_window(window)
        rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        with torch.no_grad():
            facts = window.after_step(rates, closure=closure)
        self.doctor.took(facts)
        if closure and not all(map(math.isfinite, (facts.loss or 0.0, facts.norm_at_step))):
            self.doctor.fail(self.step, window.inputs, sync=False)
        if self.doctor.look_due(self.step):
            self.doctor.look(self.step)

    def _steps_to_next(self) -> int:
        """Return after how many steps the next one is watched: often an epoch's first, before which evaluations come.

        Not always: where batches come in a fixed order the first step would be all that is ever seen.
        """
        steps = self.doctor.budget.steps_to_wait(self.step)
        epoch = self._steps_in_epoch()
        if epoch is None or steps == 1:
            return steps
        if self.step <= LOOKED_FOR * epoch and all(one.gradients for one in self.doctor.evidence.passes):
            return min(steps, epoch - (self.step % epoch or epoch) + 1)  # no evaluation was met so far
        first = -(-(self.step + steps - 1) // epoch) * epoch + 1 - self.step
        in_turn = epoch > 2 * steps or len(self.doctor.evidence.steps) % 2 == 0
        return first if in_turn and first <= 2 * steps else steps

    def _steps_in_epoch(self) -> int | None:
        batches = self.doctor.evidence.data.batches_in_epoch
        if not batches:
            return None
        steps = self.doctor.evidence.steps
        backwards = max(1, steps[-1].backwards if steps and not steps[-1].uses_closure else 1)
        return max(1, -(-batches // backwards))

    def _check_weights(self) -> None:
        """Notice weights that are no longer finite."""
        finite = all(bool(torch.isfinite(one).all()) for _, one in self.parameters)
        if not finite:
            self.doctor.fail(self.doctor.evidence.steps_taken, (), sync=False)


def _closure_in(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Return whether a step was given a closure; the first argument is the optimizer itself."""
    return (args[1] if len(args) > 1 else kwargs.get("closure")) is not None
