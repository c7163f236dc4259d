"""A window: one step of the training itself, watched from the end of the step before to its own end. Needs torch.

While a window is open, torch's functions are listened to and the network has one forward hook; between windows nothing
but a counter in the optimizer's own list of hooks is left.
"""

from __future__ import annotations

import math
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

from pellucid.diagnosis.behind import Link, chain_behind
from pellucid.diagnosis.evidence import PassFacts, StepFacts
from pellucid.diagnosis.marks import fingerprint as fingerprint
from pellucid.diagnosis.marks import moments, row_marks
from pellucid.diagnosis.trace import Listener, attach, detach
from pellucid.diagnosis.updating import Weights, norms

NAMES: Final = 400  # function names kept of one window
MARKED_STEPS: Final = 400  # up to there every row is marked: enough to see whether rows come again too early
FORWARDS: Final = 48  # forward passes watched in one window: an evaluation may go on for thousands
NODES: Final = 2000  # counted of one graph, at a microsecond each
LOSSES: Final = 32  # of the latest watched steps, asked whether they are still alive
ADDITIONS: Final = frozenset({"add", "__add__", "__radd__", "__iadd__"})
DIFFERENCES: Final = frozenset(
    {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "sub", "rsub", "__sub__", "__rsub__", "mul", "__mul__",
     "__rmul__"}
)  # fmt: skip
LISTENING: Final = 4e-6  # seconds that hearing of one torch function takes: 2 of a relu in a row, cold caches more


class Forward(NamedTuple):
    """One forward pass of the network."""

    training: bool
    graph: bool
    """Whether the graph was recorded."""
    rows: int
    mark: float
    """The fingerprint of its inputs."""
    in_eval: tuple[str, ...]
    in_training: tuple[str, ...]
    mean: float | None
    std: float | None


class Window:
    """Watches one step of a training. Made anew for every step that is watched."""

    def __init__(
        self,
        network: nn.Module,
        parameters: Sequence[tuple[str, nn.Parameter]],
        step: int,
        losses: list[weakref.ref[Tensor]] | None = None,
    ) -> None:
        self.network, self.parameters, self.step = network, parameters, step
        self.losses = [] if losses is None else losses
        """The losses of the windows before, shared by all of them."""
        self.listener = Listener(self._heard, self._before_backward)
        self.handles: list[Any] = []
        self.open = False
        self.at_work = 0.0
        """Seconds that were spent within the training's own calls."""
        self.names: list[str] = []
        self.loss: float | None = None
        self.backwards = 0
        self.clean_start: bool | None = None
        self.norm_after_backward: float | None = None
        self.norm_at_step = 0.0
        self.thrown_away = self.nodes = 0
        self.retained = self.broadcast = False
        self.forwards: list[Forward] = []
        self.starts: list[int] = []
        """How many names had been heard before each forward pass."""
        self.inputs: tuple[Any, ...] = ()
        self.rows: tuple[float, ...] = ()
        """A mark of each row of the latest forward pass that recorded a graph."""
        self.behind: tuple[Link, ...] = ()
        self.without_gradient: tuple[str, ...] = ()
        self.before = Weights(())

    def start(self) -> None:
        """Begin to listen."""
        self.handles = [self.network.register_forward_pre_hook(self._entered)]
        attach(self.listener)
        self.open = True

    def stop(self) -> None:
        """Leave nothing behind; within a torch function that is being listened to, only at a later call."""
        for handle in self.handles:
            handle.remove()
        self.handles = []
        self.open = self.open and not detach(self.listener)

    def _entered(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        """Note a forward pass of the network."""
        first = next((one for one in inputs if isinstance(one, Tensor)), None)
        if first is None or module is not self.network:
            return
        graph = torch.is_grad_enabled()
        with self._at_work(), torch.no_grad(), torch._C.DisableTorchFunction():  # this is ours, not the program's
            modes = [(name, one.training) for name, one in module.named_modules() if _has_modes(one)]
            self.forwards.append(
                Forward(
                    module.training,
                    graph,
                    first.shape[0] if first.ndim else 1,
                    fingerprint(first),
                    tuple(name for name, training in modes if not training),
                    tuple(name for name, training in modes if training),
                    *moments(first),
                )
            )
            if graph and self.step <= MARKED_STEPS:
                self.rows = row_marks(first)
        self.starts.append(len(self.names))
        self.inputs = inputs
        if len(self.forwards) > FORWARDS:
            self.stop()  # a long evaluation: enough was seen

    def _heard(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Note a torch function; at a backward, the loss and the gradients."""
        if len(self.names) < NAMES and self.names[-1:] != [name]:
            self.names.append(name)
        if name in DIFFERENCES and column_and_row(args):
            self.broadcast = True
        if name in ADDITIONS and isinstance(result, Tensor) and result.ndim == 0:
            with self._at_work():
                self.nodes = max(self.nodes, graph_size(result))
        if name == "backward" and args and isinstance(args[0], Tensor):
            with self._at_work():
                self._after_backward(args[0], kwargs)

    def _after_backward(self, loss: Tensor, kwargs: dict[str, Any]) -> None:
        self.backwards += 1
        self.loss = float(loss.detach().float().mean())
        self.norm_after_backward = self._norm()
        self.nodes = max(self.nodes, graph_size(loss))
        self.behind = chain_behind(loss)
        self.retained = bool(kwargs.get("retain_graph") or kwargs.get("create_graph"))
        self.losses.append(weakref.ref(loss))
        del self.losses[:-LOSSES]

    def _before_backward(self) -> None:
        """Note whether the gradients are clean, and whether that threw away what the backward before had given."""
        with self._at_work(), torch.no_grad():
            clean = not any(one.grad is not None and bool(_dense(one.grad).ne(0).any()) for _, one in self.parameters)
        self.thrown_away += clean and bool(self.norm_after_backward)
        self.clean_start = clean or bool(self.clean_start)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        began = time.thread_time()
        yield
        self.at_work += time.thread_time() - began

    @property
    def seconds(self) -> float:
        """Return what listening has cost the training."""
        return self.at_work + LISTENING * self.listener.calls

    def before_step(self, *, closure: bool = False) -> None:
        """Note the gradients that the optimizer is about to use, and the weights; a closure is still to be heard."""
        if not closure:
            self.stop()
        self.norm_at_step = self._norm()
        self.without_gradient = tuple(name for name, one in self.parameters if one.requires_grad and one.grad is None)
        self.before = Weights(self.parameters)

    def after_step(self, rates: Sequence[float], *, closure: bool) -> StepFacts:
        """Return what was seen of the step."""
        update = self.before.update()
        training = [one for one in self.forwards if one.graph]
        last = training[-1] if training else None
        return StepFacts(
            step=self.step,
            loss=self.loss,
            backwards=self.backwards,
            clean_start=self.clean_start,
            rates=tuple(rates),
            norm_after_backward=self.norm_after_backward,
            norm_at_step=self._norm() if closure else self.norm_at_step,
            without_gradient=self.without_gradient,
            update_ratio=update.ratios,
            unchanged_share=update.unchanged_share,
            training=None if last is None else last.training,
            in_eval=() if last is None else last.in_eval,
            batch_size=None if last is None else last.rows,
            fingerprint=None if last is None else last.mark,
            uses_closure=closure,
            functions=tuple(self.names),
            thrown_away=self.thrown_away,
            retained=self.retained,
            graph_nodes=self.nodes,
            losses_alive=sum(one() is not None for one in self.losses[:-1]),
            broadcast=self.broadcast,
            behind=self.behind,
            lost_share=update.lost_share,
            input_mean=None if last is None else last.mean,
            input_std=None if last is None else last.std,
            rows=self.rows,
        )

    def evaluations(self) -> list[PassFacts]:
        """Return the forward passes that were no part of a step: without a graph, or with one that nothing followed up.

        Of those with a graph, the last is taken for the step's own even where no backward was heard.
        """
        found = []
        graphs = [place for place, one in enumerate(self.forwards) if one.graph]
        for place, one in enumerate(self.forwards):
            end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.names)
            functions = tuple(self.names[self.starts[place] : end])
            if one.graph and (place == graphs[-1] or "backward" in functions):
                continue
            found.append(
                PassFacts(
                    step=self.step - 1,
                    training=one.training,
                    gradients=one.graph,
                    rows=one.rows,
                    fingerprint=one.mark,
                    functions=functions,
                    in_training=one.in_training,
                    input_mean=one.mean,
                    input_std=one.std,
                )
            )
        return found

    def _norm(self) -> float:
        """Return the norm of the whole gradient."""
        return math.hypot(*norms([_dense(one.grad.detach()) for _, one in self.parameters if one.grad is not None]))


def graph_size(result: Tensor) -> int:
    """Return how many operations the graph behind a tensor has, at most `NODES`.

    Example:
        >>> import torch
        >>> x = torch.ones(1, requires_grad=True)
        >>> graph_size((x * 2).sum()), graph_size(torch.ones(()))
        (3, 0)
    """
    todo: list[Any] = [result.grad_fn]
    seen: set[Any] = set()
    while todo and len(seen) < NODES:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [one for one, _ in node.next_functions]
    return len(seen)


def column_and_row(args: tuple[Any, ...]) -> bool:
    """Return whether a column (n, 1) meets a vector (n,): every row is compared with every other."""
    shapes = sorted((tuple(one.shape) for one in args[:2] if isinstance(one, Tensor)), key=len)
    return len(shapes) == 2 and shapes[0] != (1,) and shapes[1] == (*shapes[0], 1)  # noqa: PLR2004


def _dense(gradient: Tensor) -> Tensor:
    """Return the numbers of a gradient that may be sparse."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def _has_modes(module: nn.Module) -> bool:
    return "Dropout" in type(module).__name__ or "BatchNorm" in type(module).__name__
