"""Targets of several kinds, predicted by one network: the loss is the sum of the parts' losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Task):
    """One task for each target, in the order of the targets; each has its own columns of the logits."""

    kind: ClassVar[str] = "several"
    title: ClassVar[str] = "several tasks at once"
    last_layer: ClassVar[str] = "the units of all parts, side by side"
    main_score: ClassVar[str] = ""

    tasks: tuple[Task, ...]
    """The parts; each has one target."""

    @property
    def loss(self) -> str:
        """The names of the parts' losses."""
        return " + ".join(part.loss for part in self.tasks)

    @property
    def outputs(self) -> int:
        """The units of all parts."""
        return sum(part.outputs for part in self.tasks)

    @property
    def parts(self) -> tuple[Task, ...]:
        """One task for each target."""
        return self.tasks

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with all parts fitted."""
        pairs = zip(self.tasks, targets, strict=True)
        return replace(self, tasks=tuple(part.fitted([target], offset) for part, target in pairs))

    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32]:
        """Return (n, t): one column for each part; class indices are whole floats.

        Raises:
            DataError: a value is missing or was never seen.
        """
        pairs = zip(self.tasks, targets, strict=True)
        return np.column_stack([part.encode([target]).astype(np.float32) for part, target in pairs])  # (n, t)

    def objective(self) -> nn.Module:
        """Return the sum of the parts' objectives."""
        from pellucid.tasks.objectives import SumObjective

        return SumObjective([part.objective() for part in self.tasks], [part.outputs for part in self.tasks])

    def learnt(self, objective: nn.Module) -> Several:
        """Return the task with what each part's objective has learnt."""
        pairs = zip(self.tasks, objective.get_submodule("parts").children(), strict=True)
        return replace(self, tasks=tuple(part.learnt(own) for part, own in pairs))

    def strata(self, targets: Sequence[Target]) -> NDArray[np.int64] | None:
        """Return the classes of the first part that has classes."""
        found = (part.strata([target]) for part, target in zip(self.tasks, targets, strict=True))
        return next((strata for strata in found if strata is not None), None)

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the parts' initial logits, one after the other."""
        pairs = zip(self.tasks, self._columns(targets), strict=True)
        return np.concatenate([part.initial_logits(own, offset) for part, own in pairs])

    def combine(self, logits: Tensor) -> Tensor:
        """Return the parts' combined logits, side by side."""
        import torch

        own = logits.split_with_sizes([part.outputs for part in self.tasks], dim=-1)
        return torch.cat([part.combine(one) for part, one in zip(self.tasks, own, strict=True)], dim=-1)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the predictions of all parts, one for each target."""
        edges = np.cumsum([0, *(part.outputs for part in self.tasks)])
        pairs = zip(self.tasks, pairwise(edges.tolist()), strict=True)
        return tuple(one for part, (start, stop) in pairs for one in part.predict(logits[:, start:stop], offset))

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the parts' scores, named `target: score`."""
        own = logits.split_with_sizes([part.outputs for part in self.tasks], dim=-1)
        scores: dict[str, float] = {}
        for column, (part, one) in enumerate(zip(self.tasks, own, strict=True)):
            wanted = targets[:, column].long() if isinstance(part, Multiclass) else targets[:, column : column + 1]
            named = part.monitor(one, wanted, offset)
            scores |= {f"{part.targets[0]}: {name}": score for name, score in named.items()}
        return scores

    def _columns(self, targets: Encoded) -> list[Encoded]:
        """Return each part's targets as the part itself encodes them."""
        return [
            targets[:, column].astype(np.int64) if isinstance(part, Multiclass) else targets[:, column : column + 1]
            for column, part in enumerate(self.tasks)
        ]
