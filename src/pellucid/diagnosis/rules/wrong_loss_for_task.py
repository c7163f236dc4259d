"""A loss for another task: for yes and no where numbers are to be predicted, or the other way round."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    mse_loss,
    one_hot,
)

from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of, is_picture
from pellucid.diagnosis.loss_behaviour import binary_takes, near, tried
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import Part, Table, table_of
from pellucid.diagnosis.witnesses import left_out, within

FEW: Final = 10  # different values: answers in another code, not numbers to be predicted
ROWS: Final = 8
SHARE: Final = 0.05  # of the rows, that are no distribution
NEAR: Final = 0.05  # of 1: what rounding and smoothing leave
FAR: Final = (20.0, 30.0, 40.0)  # outputs where the exponential of the one sign is 0 and that of the other huge
MANY_TIMES: Final = 100.0  # times: an exponential, not a straight line as of log-probabilities
FEWEST_CLASSES: Final = 3
MOST_CLASSES: Final = 20
BEHIND: Final = 0.1  # of the rows
SLOPE: Final = 1.0  # times the target, by which the loss falls over 10 outputs: a Poisson loss falls by 10 times it
LEAST: Final = 2  # of five quantiles of the targets
MOST: Final = 2**24  # numbers of which torch takes quantiles
WIDEST: Final = 32  # answers a row: more is a picture or the like that is to be rebuilt


def measure(evidence: Evidence) -> Verdict | None:
    """Find a loss of yes and no or of counts on other numbers, or an absolute error on yes and no."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or train is None or not isinstance(train.targets, Tensor) or not train.targets.numel():
        return None
    return (
        _no_distribution(evidence, head, train.targets)
        or _one_for_all(evidence, head)
        or _numbers(evidence, head, train.targets)
        or _bottomless(evidence, head, train.targets)
        or _answers(evidence, head)
        or (_labels(evidence, head, train.targets) if evidence.ended else None)
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


def _one_for_all(evidence: Evidence, head: Head) -> Verdict | None:
    """Find a cross-entropy of outputs (n,) and targets (n,): it takes the batch for one row of n classes."""
    call = next((one for one in in_loss(evidence) if one.name == "cross_entropy"), None)
    if call is None or len(call.inputs) < 2 or {one.ndim for one in call.inputs[:2]} != {1}:  # noqa: PLR2004
        return None
    whole = float(call.inputs[1].sum())
    if len(call.inputs[1]) < LEAST or abs(whole - 1) < NEAR:
        return None
    several = head.kind == "yes/no"
    return Verdict(
        measured=f"{evidence.program.loss_name} is given {len(call.inputs[0])} outputs and as many targets, each of "
        f"shape (n,): it takes the batch for one row with a class for each of its rows, and the targets, whose sum is "
        f"{whole:.3g}, for the probabilities of these",
        confidence=0.97,
        remedy="nn.BCEWithLogitsLoss()" if several else "nn.MSELoss()",
        proof=tried_out(
            evidence, "wrong_loss_for_task", f"with {'binary cross-entropy' if several else 'the squared error'}",
            loss_fn=(lambda z, y: binary_cross_entropy_with_logits(z, y.float())) if several else mse_loss,
        ),
    )  # fmt: skip


def _numbers(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    if head.kind != "numbers" or (float(targets.min()) >= 0 and float(targets.max()) <= 1):
        return None
    different = len(set(targets.flatten().tolist()))
    if different <= FEW or is_picture(evidence, targets):
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


def _bottomless(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    """Find a loss that falls without end for many of the targets, as a Poisson loss does for those below 0."""
    if head.kind != "numbers":
        return None
    below = float((targets < 0).double().mean())
    if below > SHARE and any(call.name == "poisson_nll_loss" for call in in_loss(evidence)):
        return _no_counts(evidence, targets, below)
    loss_fn, shape = evidence.program.loss_fn, tuple(head.outputs[:ROWS].shape)
    wanted = head.targets[:ROWS]
    falling = {}
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        target = float(targets.double().flatten().quantile(share)) if targets.numel() < MOST else math.nan
        for sign in (-1, 1):
            near_by, far, farther = (
                tried(loss_fn, torch.full(shape, sign * size), torch.full_like(wanted, target)) for size in FAR
            )
            up, farther_up = (
                tried(loss_fn, torch.full(shape, -sign * size), torch.full_like(wanted, target)) for size in FAR[::2]
            )
            line = near(farther - far, far - near_by) and far - near_by < -SLOPE * abs(target)
            if line and not farther_up < MANY_TIMES * abs(up):
                falling[target] = (sign * FAR[2], farther)
    if len(falling) < LEAST:
        return None
    target, (output, loss) = min(falling.items())
    return Verdict(
        measured=f"for targets such as {target:.3g}, {evidence.program.loss_name} has no least value: at an output of "
        f"{output:g} it is {loss:.3g}, and it falls on; the targets go from {float(targets.min()):.3g} to "
        f"{float(targets.max()):.3g}",
        confidence=0.96,
        remedy="nn.MSELoss(); a Poisson loss is for counts (0, 1, 2, …), as they were counted",
        proof=tried_out(evidence, "wrong_loss_for_task", "with the squared error", loss_fn=mse_loss),
    )


def _labels(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    """Find class numbers that are predicted as amounts: simple models tell the classes, and amounts rounded do not."""
    values, counts = torch.unique(targets, return_counts=True)
    whole = bool((values == torch.arange(len(values))).all()) if targets.numel() == len(targets) else False
    few = not FEWEST_CLASSES <= len(values) <= MOST_CLASSES or int(counts.min()) < FEW
    if head.kind != "numbers" or not whole or few:
        return None
    if not near(tried(evidence.program.loss_fn, head.targets, head.targets), 0.0):
        return None
    part: Part = "train" if evidence.data.validation is None else "validation"
    table, amounts, right = table_of(evidence, part), within(evidence, part), _rounded(evidence, part)
    if table is None or amounts is None or right is None:
        return None
    small = table.thinned()
    classes = left_out(Table(x=small.x, y=small.y.round().long(), classes=len(values))).score
    rounded = float((amounts.guesses.round() == small.y).float().mean())
    if not classes > BEHIND + max(right, rounded):
        return None
    return Verdict(
        measured=f"the targets are the whole numbers 0 to {len(values) - 1}, {evidence.program.loss_name} takes them "
        f"for amounts, and rounded the outputs are right for {right:.0%} of the rows; a simple model that takes them "
        f"for classes is right for {classes:.0%}, one that takes them for amounts for {rounded:.0%}",
        confidence=0.9,
        remedy=f"{len(values)} outputs, targets of whole numbers, and nn.CrossEntropyLoss()",
    )


def _rounded(evidence: Evidence, part: Part) -> float | None:
    """Return for how many rows the outputs, rounded, are the targets."""
    rows = evidence.data.train if part == "train" else evidence.data.validation
    outputs = None if rows is None or evidence.double is None else evidence.double.outputs(rows)
    if outputs is None or rows is None or outputs.numel() != rows.targets.numel():
        return None
    return float((outputs.flatten().round() == rows.targets.flatten()).float().mean())


def _no_counts(evidence: Evidence, targets: Tensor, below: float) -> Verdict:
    return Verdict(
        measured=f"{evidence.program.loss_name} is for counts, and {below:.0%} of the targets are below 0: they go "
        f"from {float(targets.min()):.3g} to {float(targets.max()):.3g}",
        confidence=0.97,
        remedy="nn.MSELoss(); or the counts as they were, not scaled",
        proof=tried_out(evidence, "wrong_loss_for_task", "with the squared error", loss_fn=mse_loss),
    )


def _answers(evidence: Evidence, head: Head) -> Verdict | None:
    """Find an absolute error of probabilities."""
    several = head.kind == "classes" and head.width >= FEWEST_CLASSES
    if not several and (head.width > WIDEST or head.last_function not in ("sigmoid", "hardsigmoid", "softmax")):
        return None
    if several and (head.outputs.shape != head.targets.shape or not head.within_zero_and_one):
        return _classes(evidence, head)
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


def _classes(evidence: Evidence, head: Head) -> Verdict | None:
    """Find an absolute error of raw outputs and one-hot classes."""
    labels = head.targets[:ROWS]
    as_labels = not labels.is_floating_point() and head.outputs.ndim == 2 and labels.ndim == 1  # noqa: PLR2004
    if head.within_zero_and_one or not (as_labels or labels.shape == head.outputs[:ROWS].shape):
        return None
    if as_labels and not 0 <= int(labels.min()) <= int(labels.max()) < head.width:
        return None
    exact = one_hot(labels.long(), head.width).float() if as_labels else labels.float()
    one, half, none = (tried(evidence.program.loss_fn, exact + by, labels) for by in (1.0, 0.5, 0.0))
    if not (one > 0 and near(half / one, 0.5) and near(none, 0.0)):
        return None
    return Verdict(
        measured=f"{evidence.program.loss_name} is the absolute error of {head.width} outputs and one-hot classes: of "
        "each column most numbers are 0, so that outputs that are all 0 are a good answer to it",
        confidence=0.9,
        remedy="nn.CrossEntropyLoss() of the outputs as they are",
        proof=tried_out(evidence, "wrong_loss_for_task", "with cross-entropy", loss_fn=cross_entropy),
    )


def _binary(outputs: Tensor, targets: Tensor) -> Tensor:
    return torch.nan_to_num(binary_cross_entropy(outputs, targets.float()))


RULE: Final = Rule(
    cause="wrong_loss_for_task",
    title="A loss for another task",
    stage=Stage.HEAD,
    phases=("before", "after"),
    measure=measure,
    measures="the values of the targets, and what the loss is, found out by trying it",
    threshold="a binary cross-entropy on more than 10 different numbers beyond 0 to 1; a loss without a least value "
    "for two of five quantiles of the targets; an absolute error on 0 and 1; a cross-entropy where 5 % of the "
    "rows do not sum to 1, or where the batch is the row; whole numbers that simple models predict 10 % of the rows "
    "better as classes than as amounts",
    origin="closed form: the first two have no lower bound, the gradient of the third vanishes where the sigmoid is "
    "flat; 10 % is chosen",
    reason="A loss is made for a kind of target. A binary cross-entropy of a target of 300 falls without end as the "
    "output grows, and so does a Poisson loss of a number below 0. An absolute error of probabilities hardly moves a "
    "network that is sure and wrong, and is content with the more frequent answer. Class numbers are names: no class "
    "is between two others.",
    remedy="nn.MSELoss() for numbers, nn.BCEWithLogitsLoss() for yes and no, nn.CrossEntropyLoss() for classes",
    see=("concept squared_error", "concept absolute_error", "concept binary_cross_entropy"),
    explains=(*TRAINING, "target_unscaled", "output_range_mismatch", "wrong_loss", "wrong_loss_input",
              "target_out_of_range", "flipped_sign", "softmax_on_multilabel"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A17", "A19"),
)  # fmt: skip
