"""Several inputs at once: the cells of a row with a text, a picture with what a table says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture, Transform
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.features import Features
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.mixed import MixedFinish

MIXING: Final = ("mixup", "cutmix")  # changes that join two examples and their targets


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedTransform:
    """A transform for each part."""

    parts: tuple[dict[str, Any], ...]
    """The transforms, as `saving.transform_to_json` writes them."""
    arrays: tuple[int, ...]
    """How many arrays are gathered for each part."""

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """The transform of each part."""
        from pellucid.data.modalities.saving import transform_from_json

        return tuple(map(transform_from_json, self.parts))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting the parts."""
        return tuple(said for transform in self.transforms for said in transform.decisions)

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        parts = tuple(transform.spec(examples) for transform in self.transforms)
        return InputSpec(kind="mixed", examples=examples, parts=parts)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return the arrays of all parts, one after the other.

        Raises:
            DataError: the data have other parts.
        """
        kinds = [part["kind"] for part in self.parts]
        if [part.kind for part in dataset.parts] != kinds:
            raise DataError(
                f"predict expected data with a {' and a '.join(kinds)} for each example, got a {dataset.kind}: "
                "pass such as the network was trained on"
            )
        done = [transform.apply(part) for transform, part in zip(self.transforms, dataset.parts, strict=True)]
        problems = {problem.row: problem for one in done for problem in one.problems}
        return Inputs(
            arrays=tuple(array for one in done for array in one.arrays),
            problems=tuple(problems[row] for row in sorted(problems)),
            decisions=tuple(said for one in done for said in one.decisions),
        )

    def finish(self) -> MixedFinish:
        """Return what finishes a batch, part by part."""
        from pellucid.data.finishing.mixed import MixedFinish

        return MixedFinish(tuple(transform.finish() for transform in self.transforms), self.arrays)


def _of_part(part: Dataset, fitting: Fitting) -> tuple[Modality, Fitting]:
    """Return the kind of a part, and what fitting it may look at: of a table only what no other part takes."""
    from pellucid.data.modalities.catalogue import BY_KIND

    kinds = {column.name: column.kind for column in fitting.columns}
    mine = tuple(name for name in fitting.features if kinds[name] in ("number", "category", "date"))
    return BY_KIND[part.kind], replace(fitting, features=mine) if part.kind == "table" else fitting


def summary(dataset: Dataset) -> str:
    """Return the kinds that are joined."""
    return " and ".join(part.kind for part in dataset.parts)


def fit(dataset: Dataset, fitting: Fitting) -> MixedTransform:
    """Fit a transform for each part on its training rows.

    Raises:
        RangeError: examples are to be mixed with one another, of which only one part would know.
    """
    from pellucid.data.modalities.saving import transform_to_json

    asked = [name for name in MIXING if name in (fitting.settings.augment or "")]
    if asked:
        raise RangeError(
            f"fit expected changes of single examples where several inputs are joined, got {asked[0]}: "
            "leave it out of --augment"
        )

    parts, arrays = [], []
    for part in dataset.parts:
        modality, mine = _of_part(part, fitting)
        transform = modality.fit(part, mine)
        first = transform.apply(part.take(np.zeros(1, np.int64))).arrays
        parts.append(transform_to_json(transform))
        arrays.append(sum(len(gathered(array, np.zeros(1, np.int64))) for array in first))
    return MixedTransform(parts=tuple(parts), arrays=tuple(arrays))


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return the features of all parts side by side."""
    pairs = []
    for first, second in zip(seen.parts, judged.parts, strict=True):
        modality, mine = _of_part(first, fitting)
        pairs.append(modality.features(first, second, mine))
    left, right = zip(*pairs, strict=True)
    return _beside(left), _beside(right)


def _beside(parts: tuple[Features, ...]) -> Features:
    """Return features side by side; sparse where one part is."""
    from scipy import sparse

    scaled = [part.scaled for part in parts]
    together = sparse.hstack(scaled, format="csr") if any(map(sparse.issparse, scaled)) else np.hstack(scaled)
    raw: NDArray[np.floating] = np.hstack([part.raw for part in parts])
    return Features(raw=raw, categorical=np.concatenate([part.categorical for part in parts]), scaled=together)


def show(dataset: Dataset, row: int) -> Picture | None:
    """Return the small picture of the first part that has one; None where none has."""
    from pellucid.data.modalities.catalogue import BY_KIND

    shown = ((BY_KIND[part.kind].show, part) for part in dataset.parts)
    return next((one(part, row) for one, part in shown if one is not None), None)


def tell(dataset: Dataset, row: int) -> Mapping[str, str]:
    """Return the example in the words of all parts that have some."""
    from pellucid.data.modalities.catalogue import BY_KIND

    told: dict[str, str] = {}
    for part in dataset.parts:
        one = BY_KIND[part.kind].tell
        told |= {} if one is None else dict(one(part, row))
    return told


MIXED: Final = Modality(
    kind="mixed",
    noun="example",
    summary=summary,
    transform=MixedTransform,
    fit=fit,
    features=features,
    show=show,
    tell=tell,
)
