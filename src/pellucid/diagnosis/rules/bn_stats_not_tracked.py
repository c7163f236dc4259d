"""Batch normalization whose running statistics are not those of the data: fine in training, wrong in eval mode."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.modes import batch_norms, calls_in_eval, option
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept

LEFT: Final = 0.3  # of the weight of the first values 0 and 1 after all steps; 0.9^12 with PyTorch's momentum 0.1
WORSE: Final = 1.3  # times the loss in eval mode with statistics taken anew
ROWS: Final = 512
SMALL: Final = 16  # rows: of fewer, batch statistics at evaluation are noise


def measure_before(evidence: Evidence) -> Verdict | None:
    """Find trainable batch norms that will never learn their statistics, or that use the batch's in eval mode."""
    frozen = [
        name
        for name, one in batch_norms(evidence.program.network)
        if one.track_running_stats and one.momentum == 0 and _is_fresh(one)
    ]
    if frozen:
        return Verdict(
            measured=f"momentum is 0 in {_named(frozen)}: the running mean stays 0 and the running variance 1",
            confidence=0.97,
            layer=frozen[0],
            remedy="momentum=0.1: the share of the new batch, not of the old value",
        )
    calls = [
        one for one in calls_in_eval(evidence) if one.name == "batch_norm" and not one.kind.startswith("BatchNorm")
    ]
    wrong = [one for one in calls if option(one, "training", 5, False)]
    if not wrong:
        return None
    return Verdict(
        measured=f"batch_norm in {wrong[0].module or 'the network'} is called with training=True in eval mode",
        confidence=0.9,
        layer=wrong[0].module,
        remedy="F.batch_norm(..., training=self.training), or nn.BatchNorm2d",
    )


def measure_after(evidence: Evidence) -> Verdict | None:
    """Find running statistics that have hardly moved, and an eval loss that falls when they are taken anew."""
    norms = batch_norms(evidence.program.network)
    untracked = [name for name, one in norms if not one.track_running_stats]
    few = [one.rows for one in evidence.passes if not one.gradients and one.rows < SMALL]
    if untracked and few and len(few) * 2 > len(evidence.passes):
        return Verdict(
            measured=f"{_named(untracked)} keeps no running statistics, and evaluation batches have {min(few)} rows: "
            "the answer to a row depends on the rows beside it",
            confidence=0.8,
            layer=untracked[0],
            remedy="track_running_stats=True",
        )
    slow = [(name, one) for name, one in norms if one.track_running_stats and _left(one, evidence.steps_taken) > LEFT]
    if not slow or not any(one.training for one in evidence.steps):
        return None
    now, anew = _losses(evidence)
    if not now > WORSE * anew:
        return None
    name, layer = slow[0]
    return Verdict(
        measured=f"after {evidence.steps_taken} steps with momentum {layer.momentum:g}, the running statistics of "
        f"{name} are still {_left(layer, evidence.steps_taken):.0%} the first values 0 and 1",
        confidence=0.95,
        layer=name,
        remedy="momentum=0.1 (the share of the new batch), or more steps",
        proof=f"with statistics taken anew from training rows, the loss in eval mode is {anew:.3g} rather than "
        f"{now:.3g}",
    )


def _is_fresh(norm: _BatchNorm) -> bool:
    """Return whether the statistics are the first values: a pretrained layer may keep its own on purpose."""
    mean, variance = norm.running_mean, norm.running_var
    return mean is not None and variance is not None and bool((mean == 0).all()) and bool((variance == 1).all())


def _left(norm: _BatchNorm, steps: int) -> float:
    """Return the weight of the first values after so many batches, had they begun fresh."""
    tracked = norm.num_batches_tracked
    batches = int(tracked) if tracked is not None else steps
    return float((1 - norm.momentum) ** batches) if norm.momentum is not None else 0.0


def _losses(evidence: Evidence) -> tuple[float, float]:
    """Return the loss in eval mode with the present statistics, and with those of training rows; on training rows."""
    double, train = evidence.double, evidence.data.train
    if double is None or train is None:
        return math.nan, math.nan
    rows = evenly(train, ROWS)
    with generators_kept(), torch.no_grad(), buffers_kept(double.network):
        now = _loss(double, rows)
        norms = [one for _, one in batch_norms(double.network)]
        before = [one.momentum for one in norms]
        try:
            _taken_anew(double.network, norms, double.placed(rows).inputs)
            return now, _loss(double, rows)
        finally:
            for one, momentum in zip(norms, before, strict=True):
                one.momentum = momentum


def _taken_anew(network: nn.Module, norms: list[_BatchNorm], inputs: tuple[torch.Tensor, ...]) -> None:
    """Set the running statistics to those of one batch, with only the batch norms in training mode."""
    network.eval()
    for one in norms:
        one.train()
        one.momentum = 1.0
    network(*inputs)


def _loss(double: Double, rows: Examples) -> float:
    outputs = double.outputs(rows)
    return math.nan if outputs is None else double.loss_of(outputs, rows.targets)


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _rule(
    measure: Callable[[Evidence], Verdict | None], phases: tuple[Phase, ...], title: str, threshold: str, origin: str
) -> Rule:
    return Rule(
        cause="bn_stats_not_tracked",
        title=title,
        stage=Stage.WIRING,
        phases=phases,
        measure=measure,
        measures="the momentum of batch norms, and the loss in eval mode with statistics taken anew",
        threshold=threshold,
        origin=origin,
        reason="In eval mode batch normalization uses the running statistics that it collected in training. Where "
        "they were not collected, the layers after it get numbers of another size than they were trained on.",
        remedy="nn.BatchNorm1d(features) with its momentum of 0.1",
        see=("concept batch_norm", "experiment running_statistics"),
        explains=("missing_eval_mode", "batch_mixing", "overfitting", "under_trained"),
        cost="one forward pass of 512 rows, after training",
        cases=("E05",),
    )


RULES: Final = (
    _rule(
        measure_before,
        ("before",),
        "Batch norms never learn their statistics",
        "momentum 0 with fresh statistics; batch statistics in eval mode",
        "closed form: running = (1 - momentum) running + momentum batch",
    ),
    _rule(
        measure_after,
        ("after",),
        "Running statistics lag behind",
        f"more than {LEFT:.0%} of the first values left, and a loss {WORSE:g} times the one with statistics taken anew",
        "closed form: (1 - momentum)^steps of the first values are left",
    ),
)
