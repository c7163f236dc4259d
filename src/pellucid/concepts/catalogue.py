"""All families of concepts, in one explicit, read-only tuple: what every surface and every contract test walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pellucid.concepts.activations.catalogue import ACTIVATIONS
from pellucid.concepts.concept import Concept, Differentiable
from pellucid.concepts.families import folded
from pellucid.concepts.information.catalogue import MEASURES
from pellucid.concepts.initializers.catalogue import INITIALIZERS
from pellucid.concepts.layers.catalogue import LAYERS
from pellucid.concepts.losses.catalogue import LOSSES
from pellucid.concepts.metrics.catalogue import METRICS
from pellucid.concepts.optimizers.records import OPTIMIZER_RECORDS
from pellucid.concepts.penalties.catalogue import PENALTIES
from pellucid.concepts.schedules.catalogue import SCHEDULES
from pellucid.foundation.errors import UnknownNameError
from pellucid.foundation.names import unknown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Concepts of one kind."""

    name: str
    """The key, and the name of the package: `losses`."""
    meaning: str
    """One sentence: what they have in common."""
    records: tuple[Concept, ...]


FAMILIES: Final = (
    Family(name="losses", meaning="What training makes small: how wrong a prediction is.", records=LOSSES),
    Family(name="penalties", meaning="What is added to the cost so that weights stay small.", records=PENALTIES),
    Family(name="information", meaning="Surprise, and how far two distributions are apart.", records=MEASURES),
    Family(name="activations", meaning="What makes a network more than one linear map.", records=ACTIVATIONS),
    Family(name="layers", meaning="What a network is built of, forward and backward.", records=LAYERS),
    Family(name="initializers", meaning="The weights before the first step.", records=INITIALIZERS),
    Family(name="optimizers", meaning="How the gradient moves the weights.", records=OPTIMIZER_RECORDS),
    Family(name="schedules", meaning="How the learning rate changes with the steps.", records=SCHEDULES),
    Family(name="metrics", meaning="How good predictions are, as people judge them.", records=METRICS),
)

CONCEPTS: Final[tuple[Concept, ...]] = tuple(record for family in FAMILIES for record in family.records)
DIFFERENTIABLE: Final[tuple[Differentiable, ...]] = tuple(
    record for record in CONCEPTS if isinstance(record, Differentiable)
)


def concept_called(name: str) -> Concept:
    """Return the concept of this name or alias, or `family.name` where two families use one name.

    Raises:
        UnknownNameError: there is none, or there are several; the sentence offers the nearest, or all of them.

    Example:
        >>> concept_called("HingeLoss").name, concept_called("losses.hinge").name
        ('hinge', 'hinge')
    """
    known = concepts_called(name)
    exact = [record for record in known if folded(record.name) == folded(name.rpartition(".")[2])]
    found = exact or known
    if not found:
        raise unknown_name("concept", "a concept", name, [record.name for record in CONCEPTS])
    if len(found) > 1:
        several = " or ".join(f"{record.family}.{record.name}" for record in found)
        raise UnknownNameError(f"concept expected one concept, got {name!r}, which is several: say {several}")
    return found[0]


def concepts_called(name: str) -> list[Concept]:
    """Return every concept that bears this name or alias, or `family.name`: some names mean several things.

    Example:
        >>> [f"{one.family}.{one.name}" for one in concepts_called("softmax")]
        ['losses.cross_entropy', 'activations.softmax']
    """
    family, _, wanted = name.rpartition(".")
    return [
        record
        for record in CONCEPTS
        if family in ("", record.family) and folded(wanted) in map(folded, (record.name, *record.aliases))
    ]
