"""The record that every kind of input fills in: fitting its transform, features for simple models, what to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.categories import Encoding
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.features import Features
from pellucid.foundation.records import Column, Decision, InputKind, InputSpec

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from pellucid.foundation.batches import Mixture

Picture = NDArray[np.uint8]
"""(c, h, w) with 1 or 3 channels."""


class Finish(Protocol):
    """Makes the network's inputs of the compact arrays of one batch: floating-point, normalised, padded, augmented."""

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return the tensors that the network is called with.

        Args:
            arrays: what `content.gathered` gave for the rows of the batch, as tensors on the device.
            generator: on the CPU, for augmentation in training, the same for the same seed, epoch and batch; None when
                judging and predicting: then nothing is random.
        """
        ...


@runtime_checkable
class Mixes(Protocol):
    """A `Finish` that can also mix the examples of a training batch with one another."""

    def mix(
        self, inputs: tuple[Tensor, ...], generator: torch.Generator | None
    ) -> tuple[tuple[Tensor, ...], Mixture | None]:
        """Return finished tensors mixed, and how; as they are and None where nothing is to be mixed."""
        ...


class Transform(Protocol):
    """What was fitted on the training rows: a frozen dataclass of plain data, which goes to JSON as it is."""

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        ...

    def apply(self, dataset: Dataset) -> Inputs:
        """Return compact arrays of all rows, or content that gathers them.

        Raises:
            DataError: the data are of another kind, or lack a column.
        """
        ...

    def finish(self) -> Finish | None:
        """Return what finishes a batch; None where the arrays are what the network takes. Imports torch."""
        ...

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting, to be said."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What fitting a transform may look at besides the training rows."""

    settings: DataSettings
    columns: tuple[Column, ...] = ()
    """As described."""
    features: tuple[str, ...] = ()
    """The columns that are learnt from."""
    categories: Encoding = "levels"
    """How the chosen network wants category columns."""
    tokenizer: str = ""
    """The tokenizer that the chosen network has learnt with, as JSON; "" where one is to be trained."""
    seed: int = 0
    classes: tuple[str, ...] = ()
    """Of a classification, in no particular order: some augmentations change what some classes mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modality:
    """One kind of input."""

    kind: InputKind
    noun: str
    """What one example is called: `picture`; with an s it is the plural, or `plural` says it."""
    plural: str = ""
    summary: Callable[[Dataset], str]
    """One phrase on all examples, for the table of columns: `3 × 32 × 32 (channels × height × width), 0 … 255`."""
    transform: type[Any]
    """The class of its transform."""
    fit: Callable[[Dataset, Fitting], Transform]
    """Fit the transform on the training rows (a data set of these alone)."""
    features: Callable[[Dataset, Dataset, Fitting], tuple[Features, Features]]
    """Features of the rows that simple models learn from, and of those that they are judged on."""
    applied: Callable[[Any, Inputs, Mapping[str, NDArray[np.int64]]], tuple[Decision, ...]] | None = None
    """What there is to say of the rows of each part (`train`, `validation`, `test`) once they are numbers."""
    validated_from: int = 0
    """Training examples from which on some are kept for validation: to choose by very few is to choose by chance."""
    show: Callable[[Dataset, int], Picture | None] | None = None
    """A small picture of one example: the picture itself, a spectrogram, a line, frames, slices; None without one."""
    vary: Callable[[Dataset, Any, int], NDArray[np.uint8] | None] | None = None
    """Some training examples beside varied versions of them (k, 1 + v, c, h, w), given the transform and the seed; None
    where they are not varied."""
    tell: Callable[[Dataset, int], Mapping[str, str]] | None = None
    """One example in words: a text, the cells of a row."""
    baselines: Mapping[str, str] = field(default_factory=dict)
    """What the linear model and the trees get, to be said beside their names: `{"linear model": "TF-IDF"}`."""

    @property
    def nouns(self) -> str:
        """What several examples are called."""
        return self.plural or f"{self.noun}s"
