"""Judging the copy that a trial has trained, on the training's own rows. Needs torch."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.examples import Examples
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.scoring import score_of

ROWS: Final = 1024
FEWEST_ROWS: Final = 40  # to be parted
NEEDED: Final = 0.9  # of the validation loss: below it a remedy helps there too


def on_validation(evidence: Evidence, network: nn.Module) -> tuple[float, float | None] | None:
    """Return loss and score of a trained copy in eval mode on validation rows; None where there are none."""
    return None if evidence.data.validation is None else on_rows(evidence, network, evidence.data.validation)


def on_rows(evidence: Evidence, network: nn.Module, rows: Examples) -> tuple[float, float | None] | None:
    """Return loss and score of a network in eval mode on some rows; None where it gives no tensor."""
    double = evidence.double
    if double is None:
        return None
    some = double.placed(evenly(rows, ROWS))
    modes = [(module, module.training) for module in network.modules()]
    with generators_kept(), torch.no_grad():
        network.eval()
        try:
            outputs = network(*some.inputs)
        except REFUSALS:
            return None
        finally:
            for module, mode in modes:
                module.training = mode
    if not isinstance(outputs, Tensor):
        return None
    return double.loss_of(outputs, some.targets), score_of(outputs, some.targets, evidence.program.loss_fn)


def apart(evidence: Evidence, **how: Any) -> tuple[Trial, Examples] | None:
    """Train a copy on every second training row; return it, and the other rows: they stand in for validation rows.

    Args:
        evidence: of the training.
        how: what `Probes.trial` is told.
    """
    probes, train = evidence.probes, evidence.data.train
    if train is None or probes.examples is None or len(train) < FEWEST_ROWS:
        return None
    places = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))
    kept, probes.examples = probes.examples, train.take(places[::2].sort().values)
    try:
        trial = probes.trial(**how)
    finally:
        probes.examples = kept
    return None if trial is None else (trial, train.take(places[1::2].sort().values))


def helps_on_validation(evidence: Evidence, network: nn.Module) -> bool:
    """Return whether a trained copy is better on validation rows too, where there are any: else it only memorised."""
    last = evidence.last
    found = on_validation(evidence, network)
    if found is None or last is None or last.validation_loss is None or not math.isfinite(last.validation_loss):
        return True
    return found[0] < last.validation_loss - (1 - NEEDED) * abs(last.validation_loss)
