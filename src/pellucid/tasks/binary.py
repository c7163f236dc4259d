"""Yes or no: one of two classes."""

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
class Binary(Task):
    """One of two classes: logistic regression when the network has no hidden layer."""

    kind: ClassVar[str] = "binary"
    title: ClassVar[str] = "binary classification"
    last_layer: ClassVar[str] = "1 unit, sigmoid: p = 1 / (1 + exp(-z))"
    main_score: ClassVar[str] = "roc_auc"

    classes: tuple[str, str]
    """The negative class and the positive one."""
    balanced: bool = False
    """Whether both classes weigh the same in the loss."""
    label_smoothing: float = 0.0
    pos_weight: float = 1.0
    """Weight of the positives in the loss, from the training part."""

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "binary_cross_entropy"

    @property
    def outputs(self) -> int:
        """One unit."""
        return 1

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with the weight of the positives: negatives over positives when balanced, else 1."""
        labels = class_indices(targets[0], self.classes)
        return replace(self, pos_weight=balancing_weight(labels) if self.balanced else 1.0)

    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32]:
        """Return (n, 1), 1 where the class is the positive one.

        Raises:
            DataError: a value is missing or of neither class.
        """
        return class_indices(targets[0], self.classes).astype(np.float32)[:, None]  # (n, 1)

    def objective(self) -> nn.Module:
        """Return binary cross-entropy from logits."""
        from pellucid.tasks.objectives import LabelObjective

        return LabelObjective([self.pos_weight], self.label_smoothing)

    def strata(self, targets: Sequence[Target]) -> NDArray[np.int64]:
        """Return the (n,) classes."""
        return class_indices(targets[0], self.classes)

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (1,) logit of the share of positives."""
        return np.array([logit_of_share(targets[:, 0], self.pos_weight)], dtype=np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return (n, 1) logits of the mean probability of the members."""
        return mean_of_labels(logits)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the more probable class, and the probabilities of both."""
        return (label_prediction(self.targets[0], logits[:, 0], self.classes),)

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the share of rows whose class is right."""
        right = (self.combine(logits) >= 0) == (targets > 0)
        return {"accuracy": right.double().mean().item()}
