"""Judging the copy that a trial has trained, on the training's own rows. Needs torch."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.scoring import score_of

ROWS: Final = 1024
NEEDED: Final = 0.9  # of the validation loss: below it a remedy helps there too


def on_validation(evidence: Evidence, network: nn.Module) -> tuple[float, float | None] | None:
    """Return loss and score of a trained copy in eval mode on validation rows; None where there are none."""
    rows, double = evidence.data.validation, evidence.double
    if rows is None or double is None:
        return None
    some = double.placed(evenly(rows, ROWS))
    with generators_kept(), torch.no_grad():
        network.eval()
        try:
            outputs = network(*some.inputs)
        except REFUSALS:
            return None
    if not isinstance(outputs, Tensor):
        return None
    return double.loss_of(outputs, some.targets), score_of(outputs, some.targets, evidence.program.loss_fn)


def helps_on_validation(evidence: Evidence, network: nn.Module) -> bool:
    """Return whether a trained copy is better on validation rows too, where there are any: else it only memorised."""
    last = evidence.last
    found = on_validation(evidence, network)
    if found is None or last is None or last.validation_loss is None or not math.isfinite(last.validation_loss):
        return True
    return found[0] < last.validation_loss - (1 - NEEDED) * abs(last.validation_loss)
