"""The record that every family of networks fills in: what it takes, how it is built, how it wants to be trained.

Importing this costs nothing; a family's own file imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pellucid.foundation.records import InputKind, InputSpec
from pellucid.tasks.task import Task

if TYPE_CHECKING:
    from torch import nn

CategoryForm = Literal["levels", "onehot", "treatment"]
"""How category columns reach the network: level indices beside the numbers, one column for each level, or one for each
level but the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The settings that a family wants for what the user left open."""

    settings: Mapping[str, Any]
    """Values by flat name of the setting: `{"epochs": 256, "learning_rate": 0.04}`."""
    reason: str
    """Why, in a clause that can follow *because*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterGroup:
    """Parameters that are trained alike. A module with `parameter_groups()` returns a list of these."""

    parameters: tuple[nn.Parameter, ...]
    rate_factor: float = 1.0
    """Multiplies the learning rate."""
    decay_factor: float = 1.0
    """Multiplies the weight decay; 0 for biases, norms and embeddings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of networks.

    The module that `build` returns is called as `network(*inputs)` with the tensors of a batch and returns logits
    (n, o), or (n, e, o) when it has e members. Its attribute `last` is the last layer, whose `bias` (shape (…, o)) is
    set to the best constant prediction before training.
    """

    name: str
    """As written in settings: `dense`."""
    title: str
    """As said to people: `dense network`."""
    meaning: str
    """One sentence: what it is and when to use it."""
    kinds: tuple[InputKind, ...]
    """The kinds of input that it takes."""
    categories: CategoryForm
    """How it wants the category columns of a table."""
    configuration: type[Any]
    """Frozen, keyword-only dataclass of its options; every field is a `foundation.settings.setting` with a default."""
    positional: str = ""
    """The tuple-valued field that takes arguments without a name: `hidden`, as in `dense(256, 256)`; "" for none."""
    build: Callable[[Any, InputSpec, int, int], nn.Module]
    """`build(configuration, spec, outputs, seed)`; the same seed gives the same weights, no global generator moves."""
    recommend: Callable[[InputSpec, Task], Recommendation]
    """`recommend(spec, task)`: training settings for this much data and this task."""
