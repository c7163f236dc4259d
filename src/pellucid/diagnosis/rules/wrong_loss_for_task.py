"""A loss for another task: for yes and no where numbers are to be predicted, or the other way round."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits, mse_loss

from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import binary_takes, near, tried
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEW: Final = 10  # different values: answers in another code, not numbers to be predicted
ROWS: Final = 8
SHARE: Final = 0.05  # of the rows, that are no distribution
NEAR: Final = 0.05  # of 1: what rounding and smoothing leave
WIDEST: Final = 32  # answers a row: more is a picture or the like that is to be rebuilt


def measure(evidence: Evidence) -> Verdict | None:
    """Find a binary cross-entropy on numbers, or an absolute error on yes and no."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or train is None or not isinstance(train.targets, Tensor) or not train.targets.numel():
        return None
    return (
        _no_distribution(evidence, head, train.targets)
        or _numbers(evidence, head, train.targets)
        or _answers(evidence, head)
    )


def _no_distribution(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    """Find a cross-entropy of several columns whose rows are no distribution over them."""
    calls = in_loss(evidence)
    if head.outputs.shape != head.targets.shape or head.outputs.ndim != 2 or head.width < 2:  # noqa: PLR2004
        return None
    if not calls or calls[0].name not in ("cross_entropy", "log_softmax") or head.rows_sum_to_one:
        return None
    counts = targets.float().sum(1)
    if float(((counts - 1).abs() > NEAR).float().mean()) < SHARE:
        return None
    several = head.kind == "yes/no"
    loss_fn = (lambda z, y: binary_cross_entropy_with_logits(z, y.float())) if several else mse_loss
    what = (
        f"have from {int(counts.min())} to {int(counts.max())} yes"
        if several
        else (f"are {head.width} numbers whose sum goes from {float(counts.min()):.3g} to {float(counts.max()):.3g}")
    )
    return Verdict(
        measured=f"{evidence.program.loss_name} takes a softmax over the {head.width} outputs, for exactly one right "
        f"answer, and the rows of the targets {what}",
        confidence=0.98,
        remedy="nn.BCEWithLogitsLoss(), one yes or no for each output" if several else "nn.MSELoss()",
        proof=tried_out(
            evidence, "wrong_loss_for_task", f"with {'binary cross-entropy' if several else 'the squared error'}",
            loss_fn=loss_fn,
        ),
    )  # fmt: skip


def _numbers(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    if head.kind != "numbers" or (float(targets.min()) >= 0 and float(targets.max()) <= 1):
        return None
    different = len(set(targets.flatten().tolist()))
    if different <= FEW:
        return None
    if not binary_takes(evidence.program.loss_fn, tuple(head.outputs[:ROWS].shape), head.targets[:ROWS]):
        return None
    return Verdict(
        measured=f"{evidence.program.loss_name} is for yes and no, and the targets are {different} different numbers "
        f"from {float(targets.min()):.3g} to {float(targets.max()):.3g}",
        confidence=0.98,
        remedy="nn.MSELoss() on targets with mean 0 and standard deviation 1: "
        f"(targets - {float(targets.double().mean()):.4g}) / {float(targets.double().std()):.4g}",
        proof=tried_out(
            evidence, "wrong_loss_for_task", "with the squared error on scaled targets", loss_fn=mse_loss,
            targets=lambda values: (values - values.float().mean()) / values.float().std(),
        ),
    )  # fmt: skip


def _answers(evidence: Evidence, head: Head) -> Verdict | None:
    """Find an absolute error of probabilities."""
    if head.last_function not in ("sigmoid", "hardsigmoid", "softmax") or head.width > WIDEST:
        return None
    if head.kind not in ("yes/no", "classes") or head.outputs.shape != head.targets.shape:
        return None
    loss_fn = evidence.program.loss_fn
    exact = head.targets[:ROWS].float()
    one, half, none = (tried(loss_fn, exact + by, exact) for by in (1.0, 0.5, 0.0))
    if not (one > 0 and near(half / one, 0.5) and near(none, 0.0)):
        return None
    return Verdict(
        measured=f"{evidence.program.loss_name} grows in proportion to the error, and the targets are only 0 and 1",
        confidence=0.85,
        remedy="nn.BCELoss(), or no activation at the end and nn.BCEWithLogitsLoss()",
        proof=tried_out(evidence, "wrong_loss_for_task", "with binary cross-entropy", loss_fn=_binary),
    )


def _binary(outputs: Tensor, targets: Tensor) -> Tensor:
    return torch.nan_to_num(binary_cross_entropy(outputs, targets.float()))


RULE: Final = Rule(
    cause="wrong_loss_for_task",
    title="A loss for another task",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="the values of the targets, and what the loss is, found out by trying it",
    threshold="a binary cross-entropy on more than 10 different numbers beyond 0 to 1; an absolute error on 0 and 1; "
    "a cross-entropy where 5 % of the rows do not sum to 1",
    origin="closed form: the first has no lower bound, the gradient of the second vanishes where the sigmoid is flat",
    reason="A loss is made for a kind of target. A binary cross-entropy of a target of 300 falls without end as the "
    "output grows. An absolute error of probabilities hardly moves a network that is sure and wrong, and is content "
    "with the more frequent answer.",
    remedy="nn.MSELoss() for numbers, nn.BCEWithLogitsLoss() for yes and no, nn.CrossEntropyLoss() for classes",
    see=("concept squared_error", "concept absolute_error", "concept binary_cross_entropy"),
    explains=(*TRAINING, "target_unscaled", "output_range_mismatch", "wrong_loss", "wrong_loss_input",
              "target_out_of_range", "flipped_sign", "softmax_on_multilabel"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A17", "A19"),
)  # fmt: skip
