"""Several labels, of which any number may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.tasks.labels import balancing_weight, label_prediction, logit_of_share
from pellucid.tasks.members import mean_of_labels
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task
from pellucid.tasks.values import class_indices

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Multilabel(Task):
    """Several columns of yes or no, predicted together."""

    kind: ClassVar[str] = "multilabel"
    title: ClassVar[str] = "multilabel classification"
    last_layer: ClassVar[str] = "one unit for each label, sigmoid each: p = 1 / (1 + exp(-z))"
    main_score: ClassVar[str] = "micro_f1"

    classes: tuple[tuple[str, str], ...]
    """For each label the negative class and the positive one."""
    balanced: bool = False
    """Whether both classes of each label weigh the same in the loss."""
    label_smoothing: float = 0.0
    pos_weights: tuple[float, ...] = ()
    """For each label the weight of the positives in the loss, from the training part."""

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "binary_cross_entropy"

    @property
    def outputs(self) -> int:
        """One unit for each label."""
        return len(self.targets)

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with the weights of the positives: negatives over positives when balanced, else 1."""
        labels = self._indices(targets)
        weights = tuple(balancing_weight(label) if self.balanced else 1.0 for label in labels.T)
        return replace(self, pos_weights=weights)

    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32]:
        """Return (n, t), 1 where the label holds.

        Raises:
            DataError: a value is missing or of neither class.
        """
        return self._indices(targets).astype(np.float32)

    def objective(self) -> nn.Module:
        """Return binary cross-entropy from logits, the mean over rows and labels."""
        from pellucid.tasks.objectives import LabelObjective

        return LabelObjective(self._weights, self.label_smoothing)

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (t,) logits of the labels' shares."""
        shares = [logit_of_share(label, weight) for label, weight in zip(targets.T, self._weights, strict=True)]
        return np.array(shares, dtype=np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return (n, t) logits of the mean probabilities of the members."""
        return mean_of_labels(logits)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return for each label whether it holds, and both probabilities."""
        named = zip(self.targets, logits.T, self.classes, strict=True)
        return tuple(label_prediction(name, label, classes) for name, label, classes in named)

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the F1 score over all labels of all rows together."""
        said, true = self.combine(logits) >= 0, targets > 0
        hits, wrong = (said & true).sum().item(), (said ^ true).sum().item()
        return {"micro_f1": 2 * hits / max(2 * hits + wrong, 1)}

    @property
    def _weights(self) -> tuple[float, ...]:
        return self.pos_weights or (1.0,) * len(self.targets)

    def _indices(self, targets: Sequence[Target]) -> NDArray[np.int64]:
        return np.stack([class_indices(t, c) for t, c in zip(targets, self.classes, strict=True)], axis=1)  # (n, t)
