"""All tasks, in one explicit, read-only tuple; the names they are asked for by; their way to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from pellucid.foundation.errors import RunFolderError
from pellucid.foundation.names import look_up
from pellucid.tasks.binary import Binary
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.several import Several
from pellucid.tasks.task import Task

TASKS: Final[tuple[type[Task], ...]] = (
    Binary,
    Multiclass,
    Multilabel,
    Regression,
    Poisson,
    NegativeBinomial,
    Forecast,
    Several,
)

BY_KIND: Final = MappingProxyType({task.kind: task for task in TASKS})

CLASSIFICATION: Final = "classification"
COUNT: Final = "count"

WISHES: Final = MappingProxyType(
    {
        **{task.kind: task.kind for task in TASKS if task is not Several},
        CLASSIFICATION: CLASSIFICATION,
        COUNT: COUNT,
        "binary_classification": Binary.kind,
        "logistic": Binary.kind,
        "multi_class": Multiclass.kind,
        "multiclass_classification": Multiclass.kind,
        "softmax": Multiclass.kind,
        "multi_label": Multilabel.kind,
        "multilabel_classification": Multilabel.kind,
        "number": Regression.kind,
        "continuous": Regression.kind,
        "linear": Regression.kind,
        "forecasting": Forecast.kind,
        "nb": NegativeBinomial.kind,
        "nb2": NegativeBinomial.kind,
        "negbin": NegativeBinomial.kind,
        "classify": CLASSIFICATION,
        "classes": CLASSIFICATION,
        "counts": COUNT,
    }
)
"""What may be asked for -> a task's kind, or one of the two families among which the values decide."""

KIND: Final = "kind"


def wish_called(name: str) -> str:
    """Return the kind or family that a name or alias asks for; letter case, hyphens and blanks do not matter.

    Raises:
        UnknownNameError: there is none; the nearest is offered.

    Example:
        >>> wish_called("Negative-Binomial"), wish_called("counts")
        ('negative_binomial', 'count')
    """
    plain = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return look_up("fit", "a task", plain, WISHES)


def task_to_json(task: Task) -> dict[str, Any]:
    """Return a task as plain values that JSON can hold, with its kind.

    Example:
        >>> task_to_json(Poisson(targets=("visits",)))
        {'kind': 'poisson', 'targets': ['visits'], 'highest_rate': None}
    """
    if isinstance(task, Several):
        return {KIND: task.kind, "targets": list(task.targets), "tasks": [task_to_json(part) for part in task.tasks]}
    record: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(task))
    return {KIND: task.kind, **record}


def task_from_json(record: Mapping[str, Any]) -> Task:
    """Return the task that `task_to_json` wrote.

    Raises:
        RunFolderError: the kind is unknown, or a field is missing or has the wrong type.

    Example:
        >>> task_from_json({"kind": "poisson", "targets": ["visits"]})
        Poisson(targets=('visits',), highest_rate=None)
    """
    kind = record.get(KIND)
    if not isinstance(kind, str) or kind not in BY_KIND:
        raise RunFolderError(
            f"pellucid expected a task among {', '.join(BY_KIND)}, got {kind!r}: "
            "read this run with the version of Pellucid that wrote it"
        )
    fields = {name: value for name, value in record.items() if name != KIND}
    try:
        if kind == Several.kind:
            fields["tasks"] = tuple(task_from_json(part) for part in fields["tasks"])
            return Several(targets=tuple(fields["targets"]), tasks=fields["tasks"])
        return msgspec.convert(fields, type=BY_KIND[kind])
    except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(
            f"pellucid expected the fields of a {kind} task, got {dict(record)!r} ({error}): "
            "restore run.json from a copy, or run the fit again"
        ) from None
