"""Examples as a plain table: a row of numbers for each example, and its answer. What simple models look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Contract, Evidence, Examples
from pellucid.diagnosis.scoring import Kind, kind_of

Part = Literal["train", "validation", "batches"]

COLUMNS: Final = 1024  # more, e.g. of large pictures, are thinned out evenly
ROWS: Final = 1500  # simple models look at no more, evenly spread: their cost grows with the square
WORDS: Final = 512  # token numbers beyond are folded: a bag of words needs no more to say whether labels fit
FEW_ROWS: Final = 24
ROUNDING: Final = 1e-4  # of a sum of shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Examples as numbers."""

    x: Tensor
    """(n, d) float32: every input flattened, side by side; counts of tokens where the inputs are whole numbers."""
    y: Tensor
    """(n,): class numbers (int64), or the target (float32; the first one of several)."""
    classes: int
    """How many; 0 where the target is a number."""

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Tensor) -> Table:
        """Return some of the rows."""
        return Table(x=self.x[rows], y=self.y[rows], classes=self.classes)

    def thinned(self, most: int = ROWS) -> Table:
        """Return up to `most` rows, evenly spread."""
        if len(self) <= most:
            return self
        return self.take(torch.linspace(0, len(self) - 1, most).round().long())


def table_of(evidence: Evidence, part: Part = "train") -> Table | None:
    """Return a part as a table; None where it is missing, very small, or has answers of another form.

    "batches" are the first batches as the loop gets them: of a loader that draws rows with weights, others than "
    ""train".
    """
    made: Table | None = evidence.probes.once(("table", part), lambda: _table(evidence, part))
    return made


def _table(evidence: Evidence, part: Part) -> Table | None:
    contract = evidence.contract
    if contract is None or contract.outputs is None:
        return None
    kind = kind_in(contract)
    classes = int(contract.outputs.shape[1]) if kind == "classes" else 2 if kind == "yes/no" else 0
    if part == "batches":
        found = [one for batch in evidence.data.batches if (one := as_table(batch, kind, classes)) is not None]
        if not found or len({one.x.shape[1] for one in found}) > 1:
            return None
        return Table(x=torch.cat([one.x for one in found]), y=torch.cat([one.y for one in found]), classes=classes)
    examples = evidence.data.train if part == "train" else evidence.data.validation
    table = None if examples is None or kind is None else as_table(examples, kind, classes)
    return None if table is None or len(table) < FEW_ROWS else table


def kind_in(contract: Contract) -> Kind | None:
    """Return what the targets are; classes also where they are soft."""
    if contract.outputs is None:
        return None
    soft = are_shares(contract.examples.targets) and contract.outputs.shape == contract.examples.targets.shape
    return "classes" if soft else kind_of(contract.outputs, contract.examples.targets)


def as_table(examples: Examples, kind: str | None, classes: int) -> Table | None:
    """Return examples as a table, with rows that are not finite left out; None where the answers have another form.

    Example:
        >>> examples = Examples((torch.eye(3),), torch.tensor([[0.0], [1.0], [1.0]]))
        >>> as_table(examples, "yes/no", 2).y
        tensor([0, 1, 1])
    """
    y = answers(examples.targets, kind)
    if y is None or len(y) != len(examples):
        return None
    if classes and (int(y.min()) < 0 or int(y.max()) >= classes):
        return None
    x = torch.cat([columns(one) for one in examples.by_row], 1)
    x = x[:, :: -(-x.shape[1] // COLUMNS)]
    good = torch.isfinite(x).all(1) & torch.isfinite(y.float())
    return Table(x=x[good], y=y[good], classes=classes) if bool(good.any()) else None


def answers(targets: Any, kind: str | None) -> Tensor | None:
    """Return one answer for each row, (n,); None where a row has several that are not one class."""
    if not isinstance(targets, Tensor) or not targets.ndim or not targets.numel():
        return None
    if kind == "classes":
        if targets.ndim == 2:  # noqa: PLR2004  (one-hot, or smoothed)
            return targets.argmax(1) if _one_class_each(targets) else None
        return targets.long() if targets.ndim == 1 else None
    flat = targets.reshape(len(targets), -1)
    if kind == "yes/no":
        return flat[:, 0].round().long() if flat.shape[1] == 1 else None
    return flat[:, 0].float() if kind == "numbers" else None


def are_shares(targets: Any) -> bool:
    """Return whether every row of the targets says how much there is of each class: one-hot, smoothed or mixed.

    Example:
        >>> are_shares(torch.tensor([[0.7, 0.3, 0.0]])), are_shares(torch.tensor([[0.7, 0.7]]))
        (True, False)
    """
    if not isinstance(targets, Tensor) or targets.ndim != 2 or targets.shape[1] < 2:  # noqa: PLR2004
        return False
    values = targets.float()
    return bool((values >= 0).all()) and bool(((values.sum(1) - 1).abs() < ROUNDING).all())


def _one_class_each(targets: Tensor) -> bool:
    """Return whether the largest share is the same in every row: of mixed rows none is of one class."""
    largest = targets.float().amax(1)
    return float(largest.max() - largest.min()) < ROUNDING


def columns(inputs: Tensor) -> Tensor:
    """Return an input as (n, d) numbers: tokens (n, t) become counts of each."""
    flat = inputs.reshape(len(inputs), -1)
    if inputs.is_floating_point() or inputs.dtype in (torch.uint8, torch.bool):
        return flat.float()
    counts = torch.zeros(len(flat), WORDS)
    return counts.scatter_add_(1, flat.long().abs() % WORDS, torch.ones_like(flat, dtype=torch.float32))
