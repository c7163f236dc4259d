"""Choosing the network: the family that fits the input, the one that the user named, or the user's own module."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.foundation.errors import PellucidError, RangeError
from pellucid.foundation.hub import is_hub_name
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision, InputKind, InputSpec
from pellucid.foundation.seeds import seed_for
from pellucid.foundation.settings import Call
from pellucid.networks.catalogue import DEFAULTS, NETWORKS, PRETRAINED
from pellucid.networks.family import CategoryForm, Family, Recommendation
from pellucid.networks.own import OWN_RECOMMENDATION, build_own, describe_own
from pellucid.networks.pretrained.choosing import known_model
from pellucid.networks.pretrained.encoder import ENCODER
from pellucid.networks.pretrained.tokenizer import tokenizer_of
from pellucid.networks.series.fcn import FCN_FAMILY, FEW_SERIES
from pellucid.tasks.task import Task

OWN_CATEGORIES: Final[CategoryForm] = "onehot"  # a plain module takes one tensor of numbers
CLASSES: Final = ("binary", "multiclass")
FAMILIES: Final[Mapping[str, Family]] = {family.name: family for family in (*NETWORKS, *PRETRAINED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chosen network, before it is built. Everything but `own` goes into the run's JSON."""

    family: str = ""
    """Name in the catalogue; "" for the user's own network."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Every option of the family's configuration, defaults included."""
    path: str = ""
    """Import path `module:name` of the user's own network; "" when it was passed as an object."""
    own: Any = field(default=None, compare=False)
    """The user's own module, class or function, when it was passed as an object."""

    @property
    def categories(self) -> CategoryForm:
        """How this network wants the category columns of a table."""
        return FAMILIES[self.family].categories if self.family else OWN_CATEGORIES

    @property
    def tokenizer(self) -> str:
        """The tokenizer that the network has learnt with, as JSON; "" where it takes any."""
        return tokenizer_of(self.options["model"], self.options["revision"]) if self.family == ENCODER.name else ""

    @property
    def title(self) -> str:
        """What to call it."""
        if self.family:
            return FAMILIES[self.family].title
        return f"your own network {self.path or describe_own(self.own)}"

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` needs."""
        return {"family": self.family, "options": msgspec.to_builtins(dict(self.options)), "path": self.path}

    @classmethod
    def from_json(cls, record: Mapping[str, Any], own: Any = None) -> Choice:
        """Return the choice that `to_json` wrote; `own` is the module again where it had been passed as an object."""
        return cls(family=record["family"], options=dict(record["options"]), path=record["path"], own=own)


def choose(kind: InputKind, examples: int, task: Task, wish: Any = None) -> tuple[Choice, tuple[Decision, ...]]:
    """Return the network for this kind of input, and why.

    Args:
        kind: of the input.
        examples: training examples.
        task: what is predicted.
        wish: the setting `network`: None, a text, or a torch Module (or a function or class that gives one).

    Raises:
        UnknownNameError: no family has this name, or the family has no such option.
        DataError: a model of the hub (`hf:owner/name`) cannot be fetched, or is none that can be built.
        RangeError: the family takes another kind of input, or an option has a wrong value.

    Example:
        >>> choice, decisions = choose("table", 1000, task=None, wish="linear")
        >>> choice.family, decisions
        ('linear', ())
    """
    if wish is None:
        family = default_family(kind, examples, task)
        choice = Choice(family=family.name, options=_options(family, Call(family.name)))
        what = "of several kinds, in" if kind == "mixed" else f"a {kind} of"
        reason = f"the input is {what} {examples:,} training examples, and {family.meaning}"
        overrule = "--network " + "|".join(other.name for other in NETWORKS if kind in other.kinds)
        return choice, (Decision(topic="network", choice=family.title, reason=reason, overrule=overrule),)
    if not isinstance(wish, str):
        return Choice(own=wish), ()
    call = Call.parse(wish)
    decisions: tuple[Decision, ...] = ()
    if is_hub_name(call.name):
        call, said = known_model(call)
        decisions = (said,)
    elif ":" in call.name:
        return Choice(path=wish), ()
    family = _family(call.name, kind)
    return Choice(family=family.name, options=_options(family, call)), decisions


def default_family(kind: InputKind, examples: int | None = None, task: Task | None = None) -> Family:
    """Return the family that an input of this kind gets when nothing is said.

    Args:
        kind: of the input.
        examples: training examples: few series are told apart better by convolutions than by a recurrent network.
        task: what is predicted: numbers and forecasts keep the recurrent network, which was better at Tecator's.

    Example:
        >>> default_family("picture").name, default_family("series", examples=50).name
        ('separable', 'lstm')
    """
    if (
        kind == "series"
        and examples is not None
        and examples < FEW_SERIES
        and task is not None
        and task.kind in CLASSES
    ):
        return FCN_FAMILY
    return FAMILIES[DEFAULTS[kind]]


def network_of(spec: InputSpec, wish: str | None, outputs: int, seed: int) -> nn.Module:
    """Return a network for one of several inputs, as a part of a larger one.

    Args:
        spec: of the input.
        wish: a family's name with options, or None for the default of its kind.
        outputs: units of its last layer.
        seed: of its weights.

    Raises:
        UnknownNameError: no family has this name, or the family has no such option.
        RangeError: the family takes another kind of input, or an option has a wrong value.
    """
    call = Call.parse(wish or DEFAULTS[spec.kind])
    family = _family(call.name, spec.kind)
    network: nn.Module = family.build(
        msgspec.convert(_options(family, call), family.configuration), spec, outputs, seed
    )
    return network


def _family(name: str, kind: InputKind) -> Family:
    fitting = [family.name for family in NETWORKS if kind in family.kinds]
    if name not in FAMILIES:
        raise unknown_name("fit", f"a network for a {kind}", name, fitting)
    family = FAMILIES[name]
    if kind not in family.kinds:
        raise RangeError(
            f"fit expected a network for a {kind} ({', '.join(fitting)}), got {name!r}, which takes a "
            f"{' or '.join(family.kinds)}: pass network={fitting[0]!r}"
        )
    return family


def _options(family: Family, call: Call) -> dict[str, Any]:
    """Return every option of the family, those of the call checked and put in."""
    given = dict(call.options)
    names = [declared.name for declared in dataclasses.fields(family.configuration)]
    for name in given:
        if name not in names:
            raise unknown_name("fit", f"an option of {family.name}", name, names)
    if call.arguments and not family.positional:
        raise RangeError(
            f"fit expected {family.name} without values that have no name, got {call.arguments!r}: "
            f"write {family.name}{f'({names[0]}=…)' if names else ''}"
        )
    if call.arguments:
        given[family.positional] = call.arguments
    try:
        configuration = msgspec.convert(given, family.configuration)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, PellucidError):
            raise error.__cause__ from None  # the configuration's own sentence
        raise RangeError(
            f"fit expected the options of {family.name} as declared, got {given!r} ({error}): correct the value"
        ) from None
    return {name: getattr(configuration, name) for name in names}


def build(choice: Choice, spec: InputSpec, task: Task, initial_logits: NDArray[np.float32], seed: int) -> nn.Module:
    """Return the network with its first weights; the same seed gives the same weights.

    Args:
        choice: what `choose` returned.
        spec: of the input.
        task: gives the number of outputs.
        initial_logits: (o,) where the last layer's bias starts; the user's own network is left as it is.
        seed: of the run.

    Raises:
        ShapeError: the user's own network returns logits of another shape than the task needs.
        UnknownNameError: the import path leads nowhere.
    """
    if not choice.family:
        return build_own(choice.path or choice.own, spec, task.outputs, seed_for(seed, "network"))
    family = FAMILIES[choice.family]
    configuration = msgspec.convert(msgspec.to_builtins(dict(choice.options)), family.configuration)
    with torch.random.fork_rng(
        devices=[]
    ):  # torch's layers draw weights from the global generator even where ours follow
        network = family.build(configuration, spec, task.outputs, seed_for(seed, "network"))
    with torch.no_grad():
        bias = network.get_parameter("last.bias")
        bias.copy_(torch.as_tensor(initial_logits, dtype=bias.dtype).expand_as(bias))
    return network


def recommend(choice: Choice, spec: InputSpec, task: Task) -> Recommendation:
    """Return the training settings that the chosen network wants."""
    return FAMILIES[choice.family].recommend(spec, task) if choice.family else OWN_RECOMMENDATION
