"""Simple models as witnesses: what nearest neighbours and a linear model make of the same rows. Needs torch.

Where they find the labels and the network does not, or where they find those of one part and not of the other, the
fault is not in the network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.tables import Part, Table, table_of

NEIGHBOURS: Final = 7
RIDGE: Final = 1e-2  # of the number of rows, on standardised columns
EXACT_COLUMNS: Final = 32  # up to here distances are taken without the shortcut that rounds small ones away
LINEAR_COLUMNS: Final = 256  # of more columns, their first principal components


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """How well a simple model answers for rows that it was not fitted on."""

    score: float
    """Accuracy; of a target that is a number, R² (not below 0)."""
    chance: float
    """What answering by the class shares alone would give; 0 for R²."""
    rows: int
    guesses: Tensor
    """(n,) the answers."""

    @property
    def above(self) -> float:
        """The share of what there is above chance: 0 for chance, 1 for perfect."""
        return (self.score - self.chance) / max(1 - self.chance, 1e-9)

    @property
    def sure(self) -> float:
        """How many standard errors above chance the accuracy is; for a number, sqrt(n R²)."""
        if not self.chance:
            return math.sqrt(self.rows * self.score)
        return (self.score - self.chance) / math.sqrt(max(self.chance * (1 - self.chance), 1e-9) / self.rows)


def within(evidence: Evidence, part: Part) -> Skill | None:
    """Return the better of both simple models within a part, each row answered from the others."""
    made: Skill | None = evidence.probes.once(("within", part), lambda: _within(evidence, part))
    return made


def across(evidence: Evidence) -> Skill | None:
    """Return the better of both simple models, fitted on the training rows, on all validation rows."""
    made: Skill | None = evidence.probes.once("across", lambda: _across(evidence))
    return made


def _within(evidence: Evidence, part: Part) -> Skill | None:
    table = table_of(evidence, part)
    return None if table is None else left_out(table.thinned())


def _across(evidence: Evidence) -> Skill | None:
    train, held = table_of(evidence, "train"), table_of(evidence, "validation")
    return None if train is None or held is None else fitted(train.thinned(), held.thinned())


def left_out(table: Table) -> Skill:
    """Return the better of both models, each row answered by a model of the others."""
    x = standardised(table.x, table.x)
    guesses = [nearest(x, table.y, x, table.classes, leave_out=True), _linear_left_out(x, table)]
    return max((_skill(one, table.y, table.classes) for one in guesses), key=lambda skill: skill.score)


def fitted(train: Table, held: Table, *, barred: Tensor | None = None) -> Skill:
    """Return the better of both models, fitted on one table and asked about the other.

    Args:
        train: the known rows, n.
        held: the rows to answer for, m.
        barred: (m, n) which rows may not answer as a neighbour; None for none.
    """
    x, asked = standardised(train.x, train.x), standardised(held.x, train.x)
    guesses = [nearest(x, train.y, asked, train.classes, barred=barred), _linear(x, train, asked)]
    return max((_skill(one, held.y, held.classes) for one in guesses), key=lambda skill: skill.score)


def carried(known: Table, asked: Table) -> Skill:
    """Return the model that knows one table best, each row from the others, asked about another table."""
    x, other = standardised(known.x, known.x), standardised(asked.x, known.x)
    own = [nearest(x, known.y, x, known.classes, leave_out=True), _linear_left_out(x, known)]
    said = [nearest(x, known.y, other, known.classes), _linear(x, known, other)]
    best = max((0, 1), key=lambda place: _skill(own[place], known.y, known.classes).score)
    return _skill(said[best], asked.y, asked.classes)


def standardised(x: Tensor, like: Tensor) -> Tensor:
    """Return the columns with the mean and the standard deviation of `like` taken out; a constant one becomes 0."""
    spread = like.std(0, correction=0)
    level = like.mean(0)
    constant = spread <= 1e-6 * level.abs().clamp(min=1e-30)
    return torch.where(constant, 0.0, (x - level) / torch.where(constant, 1.0, spread))


def nearest(
    x: Tensor, y: Tensor, asked: Tensor, classes: int, *, leave_out: bool = False, barred: Tensor | None = None
) -> Tensor:
    """Return what the nearest rows say: their most frequent class, or the mean of their targets.

    Args:
        x: (n, d) rows.
        y: (n,) their answers.
        asked: (m, d) rows to answer for.
        classes: how many, 0 for numbers.
        leave_out: `asked` is `x`, and no row may answer for itself.
        barred: (m, n) which rows may not answer; None for none.
    """
    votes = shares(x, y, asked, classes, leave_out=leave_out, barred=barred) if classes else None
    if votes is not None:
        return votes.argmax(1)
    return y[_neighbours(x, asked, leave_out=leave_out, barred=barred)].mean(1)


def shares(
    x: Tensor,
    y: Tensor,
    asked: Tensor,
    classes: int,
    *,
    leave_out: bool = False,
    k: int = NEIGHBOURS,
    barred: Tensor | None = None,
) -> Tensor:
    """Return the share of each class among the nearest rows, (m, classes)."""
    labels = y[_neighbours(x, asked, leave_out=leave_out, k=k, barred=barred)]
    return torch.nn.functional.one_hot(labels, classes).float().mean(1)


def distances(asked: Tensor, x: Tensor) -> Tensor:
    """Return the distances (m, n) between rows."""
    exact = x.shape[1] <= EXACT_COLUMNS
    mode = "donot_use_mm_for_euclid_dist" if exact else "use_mm_for_euclid_dist"
    far: Tensor = torch.cdist(asked, x, compute_mode=mode)
    return far


def _neighbours(
    x: Tensor, asked: Tensor, *, leave_out: bool, k: int = NEIGHBOURS, barred: Tensor | None = None
) -> Tensor:
    far = distances(asked, x)
    if barred is not None:
        far.masked_fill_(barred, math.inf)
    if leave_out:
        far.fill_diagonal_(math.inf)
    return far.topk(min(k, x.shape[0] - leave_out), dim=1, largest=False).indices


def _reduced(x: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
    """Return both with few columns and a column of ones."""
    if x.shape[1] > LINEAR_COLUMNS:
        axes = _axes(x)
        x, asked = x @ axes, asked @ axes
    return tuple(torch.cat([one, torch.ones(len(one), 1)], 1).double() for one in (x, asked))  # type: ignore[return-value]


def _axes(x: Tensor) -> Tensor:
    """Return the directions of largest variance (d, 64); the first columns where they cannot be found."""
    try:
        axes: Tensor = torch.linalg.eigh((x.T @ x).double()).eigenvectors[:, -LINEAR_COLUMNS:].to(x.dtype)
        return axes
    except RuntimeError:  # rows that differ by dozens of orders of magnitude
        return torch.eye(x.shape[1], LINEAR_COLUMNS, dtype=x.dtype)


def _goal(table: Table) -> Tensor:
    if table.classes:
        return torch.nn.functional.one_hot(table.y, table.classes).double()
    return table.y.double().unsqueeze(1)


def _hat(x: Tensor) -> Tensor:
    """Return (X'X + λI)⁻¹X', (d, n)."""
    made: Tensor = torch.linalg.solve(x.T @ x + RIDGE * len(x) * torch.eye(x.shape[1], dtype=x.dtype), x.T)
    return made


def _linear(x: Tensor, table: Table, asked: Tensor) -> Tensor:
    x, asked = _reduced(x, asked)
    said = asked @ (_hat(x) @ _goal(table))
    return said.argmax(1) if table.classes else said[:, 0].float()


def _linear_left_out(x: Tensor, table: Table) -> Tensor:
    """Return each row's answer by ridge regression on the others, in closed form: y - (y - ŷ) / (1 - h)."""
    x, _ = _reduced(x, x)
    solve, goal = _hat(x), _goal(table)
    leverage = (x * solve.T).sum(1, keepdim=True).clamp(max=1 - 1e-9)
    said = goal - (goal - x @ (solve @ goal)) / (1 - leverage)
    return said.argmax(1) if table.classes else said[:, 0].float()


def _skill(guesses: Tensor, y: Tensor, classes: int) -> Skill:
    if classes:
        score = float((guesses == y).float().mean())
        share = torch.bincount(y, minlength=classes).float() / len(y)
        said = torch.bincount(guesses, minlength=classes).float() / len(y)
        return Skill(score=score, chance=float((share * said).sum()), rows=len(y), guesses=guesses)
    total = float((y - y.mean()).square().sum())
    r2 = 1 - float((y - guesses).square().sum()) / total if total else 0.0
    return Skill(score=max(r2, 0.0), chance=0.0, rows=len(y), guesses=guesses)
