"""How large the networks for sequences are and how they want to be trained, by the amount of data."""

from __future__ import annotations

import math
from typing import Any, Final

from pellucid.foundation.records import InputSpec
from pellucid.networks.family import Recommendation
from pellucid.tasks.task import Task

MANY: Final = 20_000  # examples; below, small networks were measured; above, twice as wide ones are taken, unmeasured
FEW: Final = 300  # examples; ArrowHead: the best of 5 validation examples was epoch 9 of 100, 52 %; the last 61 %
WIDTHS: Final = (64, 128)  # numbers for each token or state, for few examples and for many
BATCHES: Final = 32  # in one pass at least, where that leaves batches of a sensible size
SMALLEST_BATCH: Final = 16
USUAL_BATCH: Final = 64  # at most, as long as a pass has no more than so many steps:
MOST_STEPS: Final = 1000
LARGEST_BATCH: Final = 512
STEPS: Final = (800, 1200)  # of series and sounds, from FEW examples on and below; daily temperatures: best after 270
MOST_EPOCHS: Final = 150
PATIENCE: Final = 6  # epochs
LONGEST_GRADIENT: Final = 1.0  # its norm; back-propagation through time throws up a huge one now and then


def width_for(examples: int, given: int | None = None) -> int:
    """Return how many numbers stand for a token or a state.

    Example:
        >>> width_for(5_000), width_for(50_000), width_for(50_000, given=32)
        (64, 128, 32)
    """
    return WIDTHS[examples >= MANY] if given is None else given


def passes(examples: int, *, steps: int, fewest: int, most: int) -> tuple[int, int]:
    """Return the batch size and the epochs that take about so many steps.

    Args:
        examples: of the training part.
        steps: wanted.
        fewest: epochs at least.
        most: epochs at most.

    Example:
        >>> passes(8000, steps=1000, fewest=3, most=100), passes(10**6, steps=1000, fewest=3, most=100)
        ((64, 8), (512, 3))
    """
    wanted = max(min(examples / BATCHES, USUAL_BATCH), examples / MOST_STEPS)
    batch = min(max(2 ** int(math.log2(max(wanted, 1))), SMALLEST_BATCH), LARGEST_BATCH)
    return batch, min(max(round(steps / math.ceil(examples / batch)), fewest), most)


def recommend_tokens(spec: InputSpec, task: Task, *, learning_rate: float, steps: int, **others: Any) -> Recommendation:
    """Return the settings of networks for texts: a few passes, of which the best is kept.

    Args:
        spec: says how many texts there are.
        task: not asked.
        learning_rate: the highest, of AdamW.
        steps: wanted.
        others: more settings, or other ones.
    """
    del task
    batch, epochs = passes(spec.examples, steps=steps, fewest=3, most=30)
    settings = {
        "epochs": epochs,
        "batch_size": batch,
        "optimizer": "adamw",
        "learning_rate": learning_rate,
        "schedule": "cosine",
        "weight_decay": 0.1,
        "patience": 4,
        **others,
    }
    reason = (
        f"{settings['epochs']} passes over {spec.examples:,} texts in batches of {settings['batch_size']} are made, "
        f"fewer when {settings['patience']} in a row gain nothing; the epoch with the lowest validation loss "
        "is kept"
    )
    return Recommendation(settings=settings, reason=reason)


def recommend_recurrent(spec: InputSpec, task: Task) -> Recommendation:
    """Return the settings of recurrent networks."""
    if spec.kind == "text":
        clipped = recommend_tokens(spec, task, learning_rate=2e-3, steps=900, clip_norm=LONGEST_GRADIENT)
        return sized(clipped, spec, "each state")
    return sized(_recommend_steps(spec, learning_rate=5e-3), spec, "each state")


def recommend_transformer(spec: InputSpec, task: Task) -> Recommendation:
    """Return the settings of the transformer."""
    others = {"clip_norm": LONGEST_GRADIENT, "warm_up": 0.1}
    if spec.kind == "text":
        return sized(recommend_tokens(spec, task, learning_rate=1e-3, steps=900, **others), spec, "each token")
    return sized(_recommend_steps(spec, learning_rate=1e-3, **others), spec, "each step")


def sized(recommended: Recommendation, spec: InputSpec, what: str) -> Recommendation:
    """Return the recommendation with a word on the size of the network."""
    relation = "from" if spec.examples >= MANY else "below"
    told = f"{width_for(spec.examples)} numbers stand for {what}, as {relation} {MANY:,} examples"
    return Recommendation(settings=recommended.settings, reason=f"{recommended.reason}; {told}")


def _recommend_steps(spec: InputSpec, *, learning_rate: float, **others: Any) -> Recommendation:
    """Return the settings for series and sounds."""
    few = spec.examples < FEW
    batch, epochs = passes(spec.examples, steps=STEPS[few], fewest=3, most=MOST_EPOCHS)
    settings = {
        "epochs": epochs,
        "batch_size": batch,
        "optimizer": "adamw",
        "learning_rate": learning_rate,
        "schedule": "cosine",
        "weight_decay": 0.05,
        "clip_norm": LONGEST_GRADIENT,
        "patience": 0 if few else PATIENCE,
        **others,
    }
    reason = (
        f"{epochs} passes in batches of {batch} are {epochs * math.ceil(spec.examples / batch):,} steps of a falling "
        "rate, and gradients longer than 1 are shortened, for now and then a batch throws up a huge one"
    )
    if few:
        settings["select"] = "last"
        reason += f"; the last epoch is kept, because below {FEW} examples too few are left over to choose one by"
    return Recommendation(settings=settings, reason=reason)
