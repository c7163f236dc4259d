"""A rare class that the network never finds, because leaving it out is cheap."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import answers, table_of

RATIO: Final = 8.0  # of the most frequent to the rarest class
FOUND: Final = 0.6  # of the rare rows
SOME: Final = 0.85  # of the rare rows found: then what weighing the classes would gain decides
GAIN: Final = 0.03  # of balanced accuracy, by answering as if all classes were equally frequent
ENOUGH: Final = 20  # rare rows: the gain is uncertain by 1 / (2 sqrt(n)) at most
COMMON_FOUND: Final = 0.8  # of the others
RARE_ROWS: Final = 3
EPOCHS: Final = 3.0  # before that nothing is learnt yet
CALIBRATED: Final = 3.0  # times: the mean probability of the rare class is about its share
ROWS: Final = 4096


def measure(evidence: Evidence) -> Verdict | None:
    """Compare how many rows of the rarest and of the most frequent class are found among the training rows."""
    table, batches = table_of(evidence), table_of(evidence, "batches")
    if table is None or not table.classes or (evidence.epochs or EPOCHS) < EPOCHS or weighted(evidence):
        return None
    counts = torch.bincount(table.y, minlength=table.classes)
    rare, common = int(torch.where(counts >= RARE_ROWS, counts, len(table)).argmin()), int(counts.argmax())
    if counts[rare] < RARE_ROWS or counts[common] < RATIO * counts[rare]:
        return None
    share = float(counts[rare]) / len(table)
    if (
        batches is not None
        and float((batches.y == rare).float().mean()) > CALIBRATED * share
        and len(batches) * share > 1
    ):
        return None  # a sampler shows the rare class more often
    said = _said(evidence, table.classes)
    if said is None:
        return None
    guesses, chances, y = said
    found = float((guesses[y == rare] == rare).float().mean())
    others = float((guesses[y == common] == common).float().mean())
    mean = float(chances[:, rare].mean())
    if found >= SOME or others < COMMON_FOUND or not share / CALIBRATED < mean < CALIBRATED * share:
        return None
    now, then = _balanced(guesses, y), _balanced((chances / _shares(y, table.classes)).argmax(1), y)
    if found >= FOUND and (then - now < GAIN or int(counts[rare]) < ENOUGH):
        return None
    weight = float(counts[common]) / float(counts[rare])
    return Verdict(
        measured=f"class {rare} has {share:.1%} of the training rows, and {found:.0%} of them are found; of class "
        f"{common}, with {float(counts[common]) / len(table):.1%}, {others:.0%}; balanced accuracy is {now:.2f}, and "
        f"{then:.2f} with the same network when probabilities are divided by the shares of the classes",
        confidence=0.9,
        remedy=(
            f"BCEWithLogitsLoss(pos_weight=torch.tensor({weight:.0f}.0))"
            if table.classes == 2 and rare == 1  # noqa: PLR2004
            else f"CrossEntropyLoss(weight=weights) with the weight {weight:.0f} for class {rare}"
        )
        + ", or a WeightedRandomSampler",
    )


def _shares(y: Tensor, classes: int) -> Tensor:
    """Return the share of each class; 1 for one that is not there, which nothing then speaks for."""
    counts = torch.bincount(y, minlength=classes).float()
    return torch.where(counts > 0, counts / len(y), 1.0)


def _balanced(guesses: Tensor, y: Tensor) -> float:
    """Return the mean over the classes of the share that is found."""
    return sum(float((guesses[y == one] == one).float().mean()) for one in torch.unique(y)) / len(torch.unique(y))


def weighted(evidence: Evidence) -> bool:
    """Return whether the loss weighs the classes already."""
    loss = evidence.program.loss_fn
    return any(isinstance(getattr(loss, name, None), Tensor) for name in ("weight", "pos_weight"))


def _said(evidence: Evidence, classes: int) -> tuple[Tensor, Tensor, Tensor] | None:
    """Return the classes guessed, the probabilities (n, classes), and the labels of the training rows."""
    head, double, train = head_of(evidence), evidence.double, evidence.data.train
    if head is None or double is None or train is None:
        return None
    rows = evenly(train, ROWS)
    outputs = double.outputs(rows)
    y = answers(rows.targets, head.kind)
    if outputs is None or y is None or len(y) != len(outputs) or not bool(torch.isfinite(outputs).all()):
        return None
    flat = outputs.float().reshape(len(outputs), -1)
    if head.kind == "classes":
        chances = flat if head.rows_sum_to_one else flat.softmax(1)
        return chances.argmax(1), chances, y
    yes = flat[:, :1] if head.takes == "probabilities" else flat[:, :1].sigmoid()
    chances = torch.cat([1 - yes, yes], 1)
    return (yes[:, 0] > 0.5).long(), chances, y  # noqa: PLR2004


RULE: Final = Rule(
    cause="class_imbalance",
    title="A rare class is not found",
    stage=Stage.LABELS,
    phases=("after",),
    measure=measure,
    measures="the share of each class among the training rows, and of each class the share that is found",
    threshold=f"{RATIO:g} times rarer than the most frequent class, less than {FOUND:.0%} of it found (or {SOME:.0%}, "
    f"where answering as if the classes were equally frequent gains {GAIN:g} of balanced accuracy) and more than "
    f"{COMMON_FOUND:.0%} of the other",
    origin="the ratio after published tools (10); chosen lower because what counts is whether the class is found; "
    "the gain in closed form: dividing by the shares of the classes is what weights in the loss come to",
    reason="Where one class is rare, saying the other one always is nearly right always, and each rare row weighs as "
    "little as any other. Accuracy looks fine and says nothing.",
    remedy="weigh the rare class in the loss, draw it more often, or lower the threshold; judge by balanced accuracy",
    severity="warning",
    see=("experiment majority", "experiment class_weights", "concept balanced_accuracy"),
    explains=("capacity_too_small", "under_trained", "lr_too_low", "overfitting", "metric_threshold_on_logits"),
    cost="one pass over the training rows that were kept",
    cases=("B09",),
)
