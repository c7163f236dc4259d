"""Targets of a regression so large that the network's outputs need ages to get there."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from pellucid.diagnosis.arriving import arrival_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rescaling import LARGE, STEPS, large_targets, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.input_unscaled import suspicion
from pellucid.diagnosis.witnesses import within

HUGE: Final = 1e4
LEFT_BEHIND: Final = 0.15  # R² that the network is behind a simple model fitted on the same rows
FELL: Final = 0.2  # of the loss: what a copy with standardised targets gets rid of in these steps
STUCK: Final = 0.05


def measure_before(evidence: Evidence) -> Verdict | None:
    """Find targets thousands of times larger than the outputs, which a copy learns only when they are scaled."""
    sizes = large_targets(evidence)
    if sizes is None or sizes[0] < HUGE * max(1.0, sizes[1]):
        return None
    scaled = _scaled(evidence)
    plain = tried(evidence, inputs=False, targets=False)
    if scaled is None or plain is None or not scaled.fell > FELL or plain.fell > STUCK:
        return None
    return _verdict(
        evidence,
        sizes,
        f"a copy trained for {len(scaled.losses)} steps on standardised targets gets rid of {scaled.fell:.0%} of its "
        f"loss, on these of {max(plain.fell, 0.0):.0%}",
    )


def measure_after(evidence: Evidence) -> Verdict | None:
    """Find large targets and a network that ends far behind a simple model."""
    sizes = large_targets(evidence)
    look = evidence.last
    if sizes is None or look is None:
        return None
    simple = within(evidence, "train")
    score = look.score if look.score is not None and math.isfinite(look.score) else -math.inf
    if simple is None or simple.score - score < LEFT_BEHIND:
        return None
    scaled = _scaled(evidence)
    if scaled is None or not scaled.fell > max(FELL, score):
        return None
    ends = f"R² {score:.2f}" if math.isfinite(score) else "no finite loss"
    return _verdict(
        evidence,
        sizes,
        f"the network ends at {ends} on training rows, a linear model or nearest neighbours reach {simple.score:.2f}; "
        f"a copy with standardised targets explains {scaled.fell:.0%} after {len(scaled.losses)} steps",
    )


def _scaled(evidence: Evidence) -> Trial | None:
    """Train a copy on standardised targets, and on standardised inputs too where those are the other fault."""
    arrival = arrival_of(evidence)
    return tried(evidence, inputs=arrival is not None and bool(suspicion(arrival)), targets=True)


def _verdict(evidence: Evidence, sizes: tuple[float, float], proof: str) -> Verdict:
    train = evidence.data.train
    if train is None:  # pragma: no cover  (asked before)
        raise ValueError("no rows")
    mean, std = float(train.targets.float().mean()), float(train.targets.float().std())
    return Verdict(
        measured=f"the targets have mean {mean:.4g} and standard deviation {std:.4g}, the network's first outputs a "
        f"size of {sizes[1]:.2g}",
        confidence=0.9,
        remedy=f"targets = (targets - {mean:.4g}) / {std:.4g}, and undo it on predictions",
        proof=proof,
    )


def _rule(
    title: str, phases: tuple[Phase, ...], measured_by: Callable[[Evidence], Verdict | None], threshold: str
) -> Rule:
    return Rule(
        cause="target_unscaled",
        title=title,
        stage=Stage.INPUT,
        phases=phases,
        measure=measured_by,
        measures="the size of the targets and of the first outputs; R² of the network, of simple models, and of a "
        "copy trained on standardised targets",
        threshold=threshold,
        origin="closed form: an optimizer like Adam moves each weight by about the learning rate in a step, so that "
        "the outputs need a number of steps that grows with the size of the targets; the trial decides",
        reason="The network begins near 0 and has to walk to the targets. With a small learning rate it does not "
        "arrive; with a large one the gradients, which grow with the error, throw it about.",
        remedy="targets = (targets - mean) / std with the statistics of the training rows, and undo it on predictions",
        see=("experiment standardization", "concept squared_error"),
        explains=(
            "lr_too_low",
            "under_trained",
            "lr_too_high",
            "exploding_gradient",
            "dead_relu",
            "capacity_too_small",
            "saturation",
            "batch_too_large",
            "grad_clip_too_small",
        ),
        cost=f"where the targets are large, up to two trainings of {STEPS} steps on a copy",
        cases=("B03",),
    )


RULES: Final = (
    _rule("Targets far too large", ("before",), measure_before, f"{HUGE:g} times the first outputs (or 1)"),
    _rule(
        "Targets not scaled",
        ("after",),
        measure_after,
        f"{LARGE:g} times the first outputs (or 1), and {LEFT_BEHIND:g} of R² behind a simple model",
    ),
)
