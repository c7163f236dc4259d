"""How the dense network wants to be trained, by the amount of data; measured on the real tables of the benchmarks."""

from __future__ import annotations

import math
from typing import Any, Final

from pellucid.foundation.records import InputSpec
from pellucid.networks.family import Recommendation
from pellucid.networks.sequences.recipes import passes
from pellucid.tasks.task import Task

FEW: Final = 3000  # examples; from 2,700 to 4,500 both recipes come out about alike, and the other takes half the time
BATCHES_PER_EPOCH: Final = 20  # wanted
SERIES_STEPS: Final = 1200  # as of the recurrent networks
BATCH_RANGE: Final = (64, 256)  # smaller batches made the choice of the best epoch a matter of luck


def recommend_dense(spec: InputSpec, task: Task) -> Recommendation:
    """Return the settings for this much data."""
    del task
    if spec.kind == "series":
        batch, epochs = passes(spec.examples, steps=SERIES_STEPS, fewest=3, most=150)
        settings: dict[str, Any] = {
            "optimizer": "adamw", "epochs": epochs, "batch_size": batch, "learning_rate": 1e-3, "schedule": "cosine",
            "weight_decay": 0.02,
        }  # fmt: skip
        return Recommendation(
            settings=settings,
            reason=f"{epochs} passes in batches of {batch} are {epochs * math.ceil(spec.examples / batch):,} steps, "
            "at a falling rate",
        )
    if spec.kind == "picture":
        settings = {
            "optimizer": "adam", "epochs": 20, "batch_size": 256, "learning_rate": 1e-3, "schedule": "cosine",
            "weight_decay": 0.0, "patience": 5,
        }  # fmt: skip
        return Recommendation(
            settings=settings, reason="Adam with a falling rate trains a dense network on pictures well"
        )
    low, high = BATCH_RANGE
    batch = min(max(2 ** round(math.log2(max(spec.examples, 1) / BATCHES_PER_EPOCH)), low), high)
    settings = {"optimizer": "adamw", "weight_decay": 0.02}
    if spec.examples < FEW:
        settings |= {"epochs": 100, "batch_size": batch, "learning_rate": 2e-3, "schedule": "constant", "patience": 16}
        reason = "few examples are learnt in small steps until the validation loss no longer falls"
    else:
        settings |= {"epochs": 24, "batch_size": high, "learning_rate": 2e-2, "schedule": "cosine", "patience": 8}
        reason = "many examples bear large steps that shrink along a cosine"
    return Recommendation(settings=settings, reason=reason)
