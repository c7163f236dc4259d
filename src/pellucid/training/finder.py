"""The learning-rate finder: a short trial in which the rate grows until the loss does. Needs torch."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import torch
from torch import nn

from pellucid.foundation.batches import Batch, BatchSource
from pellucid.foundation.records import Decision
from pellucid.foundation.seeds import seed_for
from pellucid.training.assembly import assemble
from pellucid.training.settings import TrainingSettings

LOWEST: Final = 1e-6
HIGHEST: Final = 10.0
STEPS: Final = 100  # about fourteen for each factor of ten
SMOOTHING: Final = 0.9  # of the losses: a single batch is too noisy to show a trend
EXPLODED: Final = 4.0  # the trial ends when the smoothed loss is so many times the lowest
SAFETY: Final = 10.0  # where the loss is lowest the rate is about to be too high


@dataclass(frozen=True, slots=True)
class Found:
    """What the finder saw."""

    suggestion: float
    """The rate at which the smoothed loss was lowest, divided by ten."""
    rates: tuple[float, ...]
    """The rates that were tried, growing."""
    losses: tuple[float, ...]
    """The smoothed loss at each of them."""

    def decision(self) -> Decision:
        """Return the decision in words."""
        return Decision(
            topic="learning rate",
            choice=f"{self.suggestion:.2g}",
            reason=f"in a trial of {len(self.rates)} steps the loss was lowest at ten times this rate",
            overrule=f"--learning-rate {self.suggestion:.2g}",
        )


def find_rate(
    network: nn.Module, objective: nn.Module, batches: BatchSource, settings: TrainingSettings, *, seed: int
) -> Found:
    """Try rates from 1e-6 to 10 on a copy of the network, one step each, and suggest one.

    **Rule** The losses are smoothed by an exponential mean (0.9, freed of its bias); the suggestion is the rate of the
    lowest smoothed loss, divided by ten, rounded to two digits. The trial ends early when the loss explodes.
    Deterministic: the same seed gives the same suggestion. Network and objective are left as they were.

    Source: L. Smith, Cyclical learning rates, 2017; the factor ten as in fastai's first finder, 2018.
    """
    network, objective = copy.deepcopy((network, objective))
    trial = replace(settings, compile=False, accumulate=1)
    assembly = assemble(network, objective, trial, rate=LOWEST, batches=batches.steps)
    network.train()
    objective.train()
    rates: list[float] = []
    losses: list[float] = []
    mean = 0.0
    with torch.random.fork_rng(devices=[assembly.forward.device] if assembly.forward.device.type == "cuda" else []):
        torch.manual_seed(seed_for(seed, "finder"))
        for number, batch in enumerate(islice(_endless(batches), STEPS)):
            factor = (HIGHEST / LOWEST) ** (number / (STEPS - 1))
            loss = float(assembly.step((batch,), LOWEST / assembly.updater.rate * factor))
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
            smoothed = mean / (1 - SMOOTHING ** (number + 1))
            if not math.isfinite(smoothed) or (losses and smoothed - min(losses) > (EXPLODED - 1) * abs(min(losses))):
                break
            rates.append(LOWEST * factor)
            losses.append(smoothed)
    best = rates[losses.index(min(losses))] if losses else LOWEST * SAFETY
    return Found(float(f"{best / SAFETY:.1e}"), tuple(rates), tuple(losses))


def _endless(batches: BatchSource) -> Iterator[Batch]:
    """Yield batches, epoch after epoch."""
    epoch = 0
    while True:
        yield from batches.batches(epoch)
        epoch += 1
