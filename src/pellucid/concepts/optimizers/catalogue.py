"""All optimizers, in one explicit, read-only tuple, and making one from a text such as `sgd(momentum=0.9)`."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import Final

from pellucid.concepts.optimizers.rules.adadelta import Adadelta
from pellucid.concepts.optimizers.rules.adagrad import Adagrad
from pellucid.concepts.optimizers.rules.adam import Adam
from pellucid.concepts.optimizers.rules.adamax import Adamax
from pellucid.concepts.optimizers.rules.adamw import AdamW
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.concepts.optimizers.rules.nadam import NAdam
from pellucid.concepts.optimizers.rules.optimizer import Optimizer
from pellucid.concepts.optimizers.rules.rmsprop import RMSProp
from pellucid.concepts.optimizers.rules.sgd import SGD
from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import look_up, unknown_name
from pellucid.foundation.settings import Call

OPTIMIZERS: Final[tuple[type[Optimizer | LBFGS], ...]] = (
    SGD,
    RMSProp,
    Adagrad,
    Adadelta,
    Adam,
    AdamW,
    Adamax,
    NAdam,
    LBFGS,
)

BY_NAME: Final = MappingProxyType({optimizer.name: optimizer for optimizer in OPTIMIZERS})
SHORTHANDS: Final = MappingProxyType({"momentum": "sgd(momentum=0.9)", "nesterov": "sgd(momentum=0.9, nesterov=True)"})


def make_optimizer(text: str) -> Optimizer | LBFGS:
    """Return the optimizer that a text names, its options checked.

    Args:
        text: a name of the catalogue, or a name with options.

    Raises:
        UnknownNameError: no optimizer or no option has this name; the nearest is offered.
        RangeError: an option lies outside its range, or comes without its name.

    Example:
        >>> make_optimizer("sgd(momentum=0.9, nesterov=True)")
        SGD(momentum=0.9, dampening=0.0, nesterov=True)
    """
    call = Call.parse(SHORTHANDS.get(text.strip(), text))
    kind = look_up("fit", "an optimizer", call.name.casefold(), BY_NAME)
    if call.arguments:
        raise RangeError(
            f"fit expected the options of {kind.name} by name, got {call.arguments[0]!r}: "
            f"write {kind.name}({fields(kind)[0].name}={call.arguments[0]!r}), and the rate as learning_rate"
        )
    known = [field.name for field in fields(kind)]
    for option, _ in call.options:
        if option not in known:
            raise unknown_name("fit", f"an option of {kind.name}", option, known)
    return kind(**dict(call.options))
