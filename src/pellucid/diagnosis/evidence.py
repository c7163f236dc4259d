"""The evidence: what is known of a training, gathered without changing it. Rules read nothing else. Needs torch.

- `program`, `data`, `contract`: before step 1, on a copy of the network (the *double*).
- `looks`: the double with the present weights, examined on fixed examples at steps 0, 1, 5, 20, … (ever rarer).
- `steps`: single steps of the training itself, watched closely: loss, gradients, modes, how far the weights moved.
- `passes`: evaluation passes of the training itself.
- `probes`: short experiments on the double, run when a rule asks, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from pellucid.diagnosis.behind import Link as Link
from pellucid.diagnosis.examples import DataFacts as DataFacts
from pellucid.diagnosis.examples import Examples as Examples
from pellucid.diagnosis.examples import Variation as Variation

if TYPE_CHECKING:
    from pellucid.diagnosis.double import Double
    from pellucid.diagnosis.probes.probes import Probes
    from pellucid.diagnosis.trace import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerFacts:
    """What is to be known of the optimizer."""

    name: str
    """The class name, e.g. "Adam"."""
    groups: tuple[Mapping[str, Any], ...]
    """Each parameter group's options (lr, momentum, eps, weight_decay, maximize, …), without its parameters."""

    @property
    def rate(self) -> float:
        """The learning rate of the first group."""
        return float(self.groups[0]["lr"])

    def option(self, name: str, default: float = 0.0) -> float:
        """Return an option of the first group."""
        return float(self.groups[0].get(name, default) or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterEntry:
    """A parameter of the network, before the training."""

    name: str
    shape: tuple[int, ...]
    trainable: bool
    """requires_grad."""
    in_optimizer: bool
    numel: int
    kind: str
    """The class name of the module that owns it, e.g. "Linear"."""


@dataclass(slots=True, kw_only=True)
class Program:
    """The network, the loss and the optimizer, as they were handed over."""

    network: nn.Module
    """The network itself, to be read, never to be called or changed: its modules, flags and attributes."""
    optimizer: OptimizerFacts | None
    parameters: tuple[ParameterEntry, ...]
    loss_fn: Any
    loss_name: str
    """The class name of a loss module or a function's name, e.g. "CrossEntropyLoss", "cross_entropy", "<lambda>"."""
    metric: Any = None
    """`metric(outputs, targets)` of the user's, or None."""
    foreign_in_optimizer: int = 0
    """Parameters in the optimizer that are not the network's."""
    unregistered: tuple[str, ...] = ()
    """Attributes (lists, dicts, plain tensors) that hold weights which `network.parameters()` does not know."""


@dataclass(slots=True, kw_only=True)
class Contract:
    """One batch put through the double in training mode before step 1; everything detached and on the CPU."""

    examples: Examples
    """The probe batch: up to 64 training rows, spread over the set."""
    outputs: Tensor | None
    """What the network returned, None where that is no tensor."""
    calls: tuple[Call, ...]
    """Every torch function called in `network(*inputs)`, then in `loss_fn(outputs, targets)`, in order; see `Call`."""
    loss: float
    """NaN where the loss function could not be called."""
    loss_in_eval: float
    loss_doubled: float
    """The loss of the same batch taken twice: twice the loss where it is a sum."""
    gradients: Mapping[str, float | None]
    """Norm of the gradient of the loss by each trainable parameter; None where the graph does not reach it."""
    eval_difference: float
    """Largest difference between two passes of the same inputs in eval mode."""
    row_dependence: float
    """Largest change of row 0's outputs, in eval mode, when the other rows are exchanged for others; relative."""
    loose: tuple[tuple[int, ...], ...] = ()
    """Shapes of weights in the graph of the outputs that `network.parameters()` does not list."""
    error: str = ""
    """Why the double could not be examined; "" where it could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """The outputs of one torch function of the forward pass (a layer or an activation) on the probe batch."""

    name: str
    """Where: the module's dotted name; with "#2" for its second call."""
    function: str
    """The function, e.g. "linear", "conv2d", "relu", "batch_norm", "lstm"."""
    shape: tuple[int, ...]
    mean: float
    std: float
    largest: float
    """Largest absolute value."""
    zero_share: float
    """Share of exact zeros."""
    dead_share: float
    """Share of units (features, channels) that are 0 for every row and position."""
    saturated_share: float
    """Share of values beyond 99.9 % of the range, for sigmoid and tanh; else 0."""
    row_std: float
    """Standard deviation over the rows, averaged over the units: 0 where every row gets the same."""
    nonfinite: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterFacts:
    """One trainable parameter at a look."""

    name: str
    shape: tuple[int, ...]
    mean: float
    std: float
    largest: float
    gradient_norm: float | None
    """Of the loss on the probe batch; None where the graph does not reach it."""
    norm: float
    moved: float
    """Distance from its first value, relative to that value's norm (or absolute, where that was 0)."""
    unchanged_share: float
    """Share of the entries that are bit for bit what they were at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The double with the weights after `step` steps, on fixed examples."""

    step: int
    seconds: float
    """Since the training began."""
    layers: tuple[LayerFacts, ...]
    parameters: tuple[ParameterFacts, ...]
    loss_training_mode: float
    """On the probe batch, with dropout and batch statistics."""
    loss: float
    """On up to 512 training rows, in eval mode."""
    validation_loss: float | None
    score: float | None
    """Accuracy (classes, also several yes/no) or R² (numbers) on the same training rows; None where neither applies."""
    validation_score: float | None
    """On up to 2048 validation rows."""
    metric: float | None
    """The user's own metric on the validation rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One step of the training itself, watched from the end of the step before to its own end."""

    step: int
    """From 1."""
    loss: float | None
    """Of the tensor that was backpropagated; None where no backward was seen (a closure, or a compiled step)."""
    backwards: int
    """Backward passes within the step."""
    clean_start: bool | None
    """Whether the gradients were None or 0 when one of the step's backwards began; None where none was seen."""
    rates: tuple[float, ...]
    """Learning rate of each group."""
    norm_after_backward: float | None
    """Of the whole gradient right after the last backward."""
    norm_at_step: float
    """Of the whole gradient as the optimizer found it; NaN or infinite where it is."""
    without_gradient: tuple[str, ...]
    """Trainable parameters of the optimizer whose gradient was None at the step."""
    update_ratio: Mapping[str, float]
    """For each parameter of the optimizer, norm of the change by the norm of the weights."""
    unchanged_share: float
    """Share of all weights that the step left bit for bit as they were."""
    training: bool | None
    """network.training in the forward pass."""
    in_eval: tuple[str, ...]
    """Modules (dropout, batch norms) that were in eval mode in the forward pass."""
    batch_size: int | None
    fingerprint: float | None
    """A number that is equal for equal inputs of the network."""
    uses_closure: bool = False
    functions: tuple[str, ...] = ()
    """Names of the torch functions that the program called between the steps, in order: "cross_entropy", "detach", …"""
    thrown_away: int = 0
    """Backwards whose gradient was cleared again before the next one."""
    retained: bool = False
    """Whether the last backward was told to keep the graph."""
    graph_nodes: int = 0
    """Operations in the graph behind the loss, or behind a number that is summed up from it; at most 2000."""
    losses_alive: int = 0
    """Losses of earlier watched steps (up to 31) that the program still holds, each with its graph."""
    broadcast: bool = False
    """Whether a difference was taken between (n, 1) and (n,)."""
    behind: tuple[Link, ...] = ()
    """The operations behind the loss, down to the last layer with weights."""
    lost_share: float | None = None
    """Of the entries in half precision with a gradient, the share that the step left as they were; None without any."""
    input_mean: float | None = None
    """Mean of the network's first input; None for whole numbers."""
    input_std: float | None = None
    rows: tuple[float, ...] = ()
    """In early steps, a number for each row of the network's first input that is equal for equal rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassFacts:
    """A forward pass of the training's own network that no step followed up: an evaluation, as a rule.

    With a graph also the first of several passes of one step, as siamese networks and adversaries make them.
    """

    step: int
    """Steps taken before it."""
    training: bool
    """Whether the network was in training mode."""
    gradients: bool
    """Whether the graph was recorded."""
    rows: int
    fingerprint: float
    functions: tuple[str, ...] = ()
    """Names of the torch functions called after it, up to the next forward pass."""
    in_training: tuple[str, ...] = ()
    """Modules (dropout, batch norms) that were in training mode."""
    input_mean: float | None = None
    input_std: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The first number that is not finite."""

    step: int
    where: str
    """"input", "forward", "loss", "backward" or "weights"."""
    layer: str
    function: str
    """The torch function or autograd node whose output was the first that is not finite."""
    explanation: str
    """What went into it, in words with numbers."""


@dataclass(slots=True, kw_only=True)
class Evidence:
    """All that is known so far."""

    program: Program
    data: DataFacts
    contract: Contract | None
    """None where the double could not be made or no batch could be had."""
    double: Double | None
    probes: Probes
    looks: list[Look] = field(default_factory=list)
    steps: list[StepFacts] = field(default_factory=list)
    passes: list[PassFacts] = field(default_factory=list)
    failure: Failure | None = None
    in_loop: tuple[str, ...] = ()
    """What the loop does to the outputs before the loss, e.g. "log_softmax"; the contract does so too."""
    steps_taken: int = 0
    backwards_seen: int = 0
    """Backward passes while the training was watched closely."""
    ended: bool = False
    """Whether the training is over."""

    @property
    def epochs(self) -> float | None:
        """Passes over the training set so far, where the loader's length is known."""
        batches = self.data.batches_in_epoch
        return self.steps_taken / batches if batches else None

    @property
    def first(self) -> Look | None:
        """The look before step 1."""
        return self.looks[0] if self.looks else None

    @property
    def last(self) -> Look | None:
        """The latest look."""
        return self.looks[-1] if self.looks else None
