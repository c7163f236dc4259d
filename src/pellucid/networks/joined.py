"""Several inputs at once: a network for each, whose results are joined before the last layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.foundation.seeds import seed_for
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task

MEMBER_AXES: Final = 3  # (n, e, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedConfiguration:
    """Options of joined networks."""

    width: int = setting(64, "features that each part gives")
    dropout: float = setting(0.1, "share of the joined features that are left out at each step")
    networks: tuple[str, ...] = setting((), "the network of each part, in their order [the default of its kind]")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)


class Joined(nn.Module):
    """Parts side by side: logits = W [r_1, …, r_p] + b with r_i = max(0, part_i(its tensors)).

    Args:
        parts: modules that return features (n, width), or (n, e, width) of e members, of which the mean is taken.
        tensors: how many of the tensors each of them takes.
        width: features of each.
        outputs: o.
        dropout: share of the features left out at each step.
        generator: draws the weights of the last layer.

    Example:
        >>> parts = [nn.Linear(3, 4), nn.Linear(2, 4)]
        >>> joined = Joined(parts, (1, 1), width=4, outputs=1)
        >>> joined(torch.zeros(5, 3), torch.zeros(5, 2)).shape
        torch.Size([5, 1])
    """

    def __init__(
        self,
        parts: Sequence[nn.Module],
        tensors: Sequence[int],
        *,
        width: int,
        outputs: int,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)
        self.tensors = tuple(tensors)
        self.dropout = nn.Dropout(dropout)
        self.last = linear(width * len(parts), outputs, generator, gain=1.0)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return the logits (n, o) of the tensors of all parts, one after the other.

        Raises:
            ShapeError: there are more or fewer tensors.
        """
        if len(inputs) != sum(self.tensors):
            raise ShapeError(
                f"Joined expected {sum(self.tensors)} tensors, got {len(inputs)}: pass those of each part in order"
            )
        features = []
        start = 0
        for part, count in zip(self.parts, self.tensors, strict=True):
            found = part(*inputs[start : start + count])
            features.append(found.mean(dim=1) if found.ndim == MEMBER_AXES else found)
            start += count
        logits: Tensor = self.last(self.dropout(torch.relu(torch.cat(features, dim=1))))
        return logits


def _build(configuration: JoinedConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    from pellucid.networks.choose import network_of

    wishes = configuration.networks or (None,) * len(spec.parts)
    if len(wishes) != len(spec.parts):
        kinds = ", ".join(part.kind for part in spec.parts)
        raise ShapeError(f"joined expected a network for each of {kinds}, got {len(wishes)}: name {len(spec.parts)}")
    parts = [
        network_of(part, wish, configuration.width, seed_for(seed, "part", number))
        for number, (part, wish) in enumerate(zip(spec.parts, wishes, strict=True))
    ]
    return Joined(
        parts,
        [part.tensors for part in spec.parts],
        width=configuration.width,
        outputs=outputs,
        dropout=configuration.dropout,
        generator=torch.Generator().manual_seed(seed),
    )


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    from pellucid.networks.choose import default_family

    hardest = next((part for part in spec.parts if part.kind != "table"), spec.parts[0])
    family = default_family(hardest.kind)
    theirs = family.recommend(hardest, task)
    return Recommendation(settings=theirs.settings, reason=f"its {hardest.kind} needs the most care: {theirs.reason}")


JOINED: Final = Family(
    name="joined",
    title="joined networks",
    meaning="each kind of input gets the network that fits it, and one last layer sees the results of all",
    kinds=("mixed",),
    categories="levels",
    configuration=JoinedConfiguration,
    positional="networks",
    build=_build,
    recommend=_recommend,
)
