"""Training a copy on from the last weights that were finite, until it fails as the training did. Needs torch."""

from __future__ import annotations

import math
import time
from typing import Final

import torch

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import number
from pellucid.diagnosis.evidence import Evidence, Failure
from pellucid.diagnosis.failure import locate
from pellucid.diagnosis.sampling import generators_kept

SECONDS: Final = 1.0
LONGER: Final = 3  # times the steps that the training took: its batches come in another order, without the momentum
AT_LEAST: Final = 30


def replayed(evidence: Evidence, step: int) -> Failure | None:
    """Return where the first number that is not finite came from; None where the copy does not fail.

    The double, which has the weights of the latest look, is left with those at which the copy failed.

    Args:
        evidence: of a training whose weights are no longer finite.
        step: at which that was noticed.
    """
    double, probes, train = evidence.double, evidence.probes, evidence.data.train
    if double is None or train is None or probes.optimizer is None:
        return None
    since = evidence.looks[-1].step if evidence.looks else 0
    steps = max(AT_LEAST, LONGER * (step - since))
    kept, began = double.state(), time.thread_time()
    try:
        with generators_kept(), torch.enable_grad():
            torch.manual_seed(0)
            double.network.train(True)
            optimizer = probes.like_theirs([one for one in double.network.parameters() if one.requires_grad])
            for _ in range(steps):
                batch = train.take(torch.randint(len(train), (probes.batch_size,)))
                state, placed = double.state(), double.placed(batch)
                loss = double.loss_fn(double.network(*placed.inputs), placed.targets).mean()
                optimizer.zero_grad()
                loss.backward()
                norms = [float(one.grad.norm()) for one in optimizer.param_groups[0]["params"] if one.grad is not None]
                if not math.isfinite(number(loss) + sum(norms)):
                    double.load(state)
                    return locate(double, step, (), [batch])
                optimizer.step()
                if time.thread_time() - began > SECONDS:
                    break
    except REFUSALS:
        pass
    double.load(kept)
    return None
