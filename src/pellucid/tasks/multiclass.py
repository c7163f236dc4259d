"""One of k classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.tasks.members import mean_of_classes
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task
from pellucid.tasks.values import class_indices

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiclass(Task):
    """One of k classes: softmax regression when the network has no hidden layer."""

    kind: ClassVar[str] = "multiclass"
    title: ClassVar[str] = "multiclass classification"
    last_layer: ClassVar[str] = "one unit for each class, softmax: p_c = exp(z_c) / sum_j exp(z_j)"
    main_score: ClassVar[str] = "accuracy"

    classes: tuple[str, ...]
    """The k names, in the order of the units."""
    balanced: bool = False
    """Whether all classes weigh the same in the loss."""
    label_smoothing: float = 0.0
    class_weights: tuple[float, ...] = ()
    """For each class its weight in the loss, from the training part; empty: all 1."""

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "cross_entropy"

    @property
    def outputs(self) -> int:
        """One unit for each class."""
        return len(self.classes)

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with class weights n / (k n_c) when balanced: every class then weighs n / k rows."""
        if not self.balanced:
            return replace(self, class_weights=())
        counts = self._counts(class_indices(targets[0], self.classes))
        weights = counts.sum() / (len(self.classes) * np.maximum(counts, 1))
        return replace(self, class_weights=tuple(weights.tolist()))

    def encode(self, targets: Sequence[Target]) -> NDArray[np.int64]:
        """Return the (n,) class indices.

        Raises:
            DataError: a value is missing or none of the classes.
        """
        return class_indices(targets[0], self.classes)

    def objective(self) -> nn.Module:
        """Return cross-entropy from logits."""
        from pellucid.tasks.objectives import ClassObjective

        return ClassObjective(self.class_weights, self.label_smoothing)

    def strata(self, targets: Sequence[Target]) -> NDArray[np.int64]:
        """Return the (n,) classes."""
        return class_indices(targets[0], self.classes)

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (k,) logs of the (weighted) shares of the classes; an absent class counts half a row."""
        weights = np.array(self.class_weights or (1.0,) * len(self.classes))
        weighted = weights * np.maximum(self._counts(targets), 0.5)
        return np.asarray(np.log(weighted / weighted.sum()), dtype=np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return (n, k) logits of the mean probabilities of the members."""
        return mean_of_classes(logits)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the most probable class, and the probabilities of all."""
        stable = np.exp(logits - logits.max(axis=1, keepdims=True))  # the largest is exp(0): nothing overflows
        probabilities = stable / stable.sum(axis=1, keepdims=True)  # (n, k)
        names = np.array(self.classes, dtype=object)
        values = names[logits.argmax(axis=1)]
        return (Prediction(target=self.targets[0], values=values, probabilities=probabilities, classes=self.classes),)

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the share of rows whose class is right."""
        right = self.combine(logits).argmax(dim=1) == targets
        return {"accuracy": right.double().mean().item()}

    def _counts(self, indices: Encoded) -> Floats:
        return np.bincount(indices.astype(np.int64), minlength=len(self.classes)).astype(np.float64)
