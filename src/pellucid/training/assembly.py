"""Putting a training together: device, precision, packed weights, optimizer and step, from settings that are filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from pellucid.concepts.optimizers.catalogue import make_optimizer
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.foundation.records import Decision
from pellucid.training.devices import HALVES, choose_compile, choose_device, choose_precision
from pellucid.training.forward import Forward
from pellucid.training.settings import TrainingSettings
from pellucid.training.stack import Stack, layers_of
from pellucid.training.steps import Autograd, EagerStep, Gradients, LossScale, Step
from pellucid.training.updates import Resumable, TorchUpdater, VectorUpdater
from pellucid.training.vectors import Treated, Vector, pack, treatments
from pellucid.training.whole import WholeStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The machinery of one training."""

    forward: Forward
    step: Step
    vectors: Sequence[Vector]
    updater: Resumable
    """What holds the optimizer's state."""
    scale: LossScale | None
    accumulate: int
    """Batches in one step."""
    whole: bool = False
    """Whether a step goes through the whole training set, several times."""
    decisions: tuple[Decision, ...]


def assemble(
    network: nn.Module, objective: nn.Module, settings: TrainingSettings, *, rate: float, batches: int
) -> Assembly:
    """Move network and objective, in place, to where they are trained, pack their weights, and make the step.

    Args:
        network: the module to train.
        objective: the loss as a module; its parameters are trained too.
        settings: filled.
        rate: the learning rate, for optimizers by name.
        batches: batches in one pass.

    Raises:
        PellucidError: the optimizer, an option of it, the device or the network cannot be had or trained like this.
    """
    device, about_device = choose_device(settings.device, settings.precision)
    precision, about_precision = choose_precision(settings.precision, device, network)
    compiled, about_compile = choose_compile(settings.compile, device, (settings.epochs or 1) * batches)
    forward = Forward.of(network, device, precision, compiled=compiled)
    objective.to(device=device, dtype=precision.weights)
    decisions = (about_device, about_precision, *about_compile)
    gradients = _gradients(forward, objective, network, compiled)
    treated = treatments(network, objective, settings.weight_decay or 0.0)
    wish = settings.optimizer
    optimizer = make_optimizer(wish) if isinstance(wish, str) else None
    if isinstance(optimizer, LBFGS):
        whole = WholeStep(gradients, treated, optimizer)
        return Assembly(
            forward=forward, step=whole, vectors=whole.vectors, updater=whole, scale=None,
            accumulate=batches, whole=True, decisions=decisions,
        )  # fmt: skip
    modules = [*network.modules(), *objective.modules()]
    updater: VectorUpdater | TorchUpdater
    if optimizer is not None:
        updater = VectorUpdater(optimizer, pack(treated, modules), rate)
    else:
        vectors = pack([Treated(one.parameter, 1.0, 0.0) for one in treated], modules)
        updater = TorchUpdater(wish([one.parameter for one in treated]) if callable(wish) else wish, vectors)
    scale = LossScale() if precision.mixed == HALVES["fp16"] else None
    step = EagerStep(gradients, updater.vectors, updater, clip_norm=settings.clip_norm, scale=scale)
    return Assembly(
        forward=forward, step=step, vectors=updater.vectors, updater=updater, scale=scale,
        accumulate=settings.accumulate or 1, decisions=decisions,
    )  # fmt: skip


def _gradients(forward: Forward, objective: nn.Module, network: nn.Module, compiled: bool) -> Gradients:
    """Return the fastest back-propagation that the network allows."""
    layers = layers_of(network)
    if layers is None or compiled or forward.precision.mixed is not None or forward.device.type != "cpu":
        return Autograd(forward, objective)
    return Stack(forward, objective, network, layers)
