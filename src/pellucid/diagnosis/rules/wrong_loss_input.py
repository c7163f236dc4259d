"""The loss is given another form of the predictions than it takes, and no more precise name fits."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor

from pellucid.diagnosis.behind import given_to
from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict

BOUNDED: Final = ("sigmoid", "softmax", "clamp", "hardsigmoid")
SHARE: Final = 0.05  # of the outputs outside what the loss takes


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the outputs with what the loss takes."""
    head = head_of(evidence)
    if head is None:
        return None
    ways = (_divergence, _counts, _probabilities, _positive)
    found = next((one for way in ways if (one := way(evidence, head))), None)
    if not found:
        return None
    return Verdict(measured=found[0], remedy=found[1], confidence=0.9, layer=head.last_module)


def _probabilities(evidence: Evidence, head: Head) -> tuple[str, str] | None:
    """Find a loss of probabilities on outputs that nothing bounds."""
    given = given_to(evidence, "binary_cross_entropy")
    if head.takes != "probabilities" or head.last_function or (given is not None and given.name in BOUNDED):
        return None
    outside = float(((head.outputs < 0) | (head.outputs > 1)).float().mean())
    refused = evidence.contract is not None and evidence.contract.error
    if outside < SHARE or (refused and evidence.backwards_seen):
        return None  # where the loss refuses the outputs and there is a training, the loop must do something else
    if refused and not evidence.ended:
        return None
    name = evidence.program.loss_name
    return (
        f"{name} takes probabilities, and {outside:.0%} of the outputs are below 0 or above 1",
        "nn.BCEWithLogitsLoss() instead" if head.kind == "yes/no" else "nn.CrossEntropyLoss() instead",
    )


def _divergence(evidence: Evidence, head: Head) -> tuple[str, str] | None:
    """Find KLDivLoss on probabilities or on logits."""
    calls = in_loss(evidence)
    if not calls or calls[0].name != "kl_div" or head.outputs.ndim < 2:  # noqa: PLR2004  (rows and classes)
        return None
    sums = head.outputs.float().exp().sum(1)
    if float((sums - 1).abs().median()) < SHARE:
        return None
    what = "probabilities" if head.rows_sum_to_one else "logits"
    return (
        f"{evidence.program.loss_name} takes log-probabilities, and the outputs are {what}",
        "the logarithm of the outputs: nn.LogSoftmax(dim=1) at the end",
    )


def _counts(evidence: Evidence, head: Head) -> tuple[str, str] | None:
    """Find a Poisson loss of logarithms on outputs that are rates already."""
    calls = in_loss(evidence)
    if not calls or calls[0].name != "poisson_nll_loss" or head.last_function not in ("exp", "softplus", "relu"):
        return None
    if not calls[0].options.get("log_input", True):
        return None
    return (
        f"{evidence.program.loss_name} takes logarithms of rates, and {head.last_function} makes rates",
        "nn.PoissonNLLLoss(log_input=False), or no activation after the last layer",
    )


def _positive(evidence: Evidence, head: Head) -> tuple[str, str] | None:
    """Find a loss of numbers above 0, such as rates, on outputs that nothing bounds."""
    below = float((head.outputs <= 0).float().mean())
    if head.last_function or below < SHARE or head.kind != "numbers" or not isinstance(head.targets, Tensor):
        return None
    if any(step.loss is not None and math.isfinite(step.loss) for step in evidence.steps):
        return None  # the loop must do something else
    loss_fn, name = evidence.program.loss_fn, evidence.program.loss_name
    if math.isfinite(tried(loss_fn, head.outputs, head.targets)):
        return None
    if not math.isfinite(tried(loss_fn, head.outputs.abs() + SHARE, head.targets)):
        return None
    poisson = any(call.name == "poisson_nll_loss" for call in in_loss(evidence))
    return (
        f"{name} takes numbers above 0, {below:.0%} of the outputs are not, and the loss is not finite",
        "nn.PoissonNLLLoss(log_input=True) (the default)" if poisson else "nn.Softplus() at the end of the network",
    )


RULE: Final = Rule(
    cause="wrong_loss_input",
    title="The loss is given another form of the predictions than it takes",
    stage=Stage.HEAD,
    phases=("before", "after"),
    measure=measure,
    measures="the outputs, and what the loss takes: probabilities, their logarithms, or logarithms of rates",
    threshold="5 % of the outputs beyond 0 to 1, or not above 0; exponentials of a row that do not sum to 1",
    origin="closed form: the definitions of the losses",
    reason="Probabilities, their logarithms and logits are different numbers for the same prediction. A loss that "
    "takes one for another is undefined or has its least value at the wrong place.",
    remedy="logits, and a loss that takes logits",
    see=(
        "concept bce_of_probabilities",
        "concept kl_divergence",
        "concept poisson",
        "experiment cross_entropy_identity",
    ),
    explains=(*TRAINING, "wrong_output_activation", "nan_log_zero", "wrong_loss", "loss_clamped"),
)
