"""All families of networks, and the one that each kind of input gets when nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.foundation.records import InputKind
from pellucid.networks.dense import DENSE
from pellucid.networks.family import Family
from pellucid.networks.lenet import LENET
from pellucid.networks.linear import LINEAR
from pellucid.networks.separable import SEPARABLE

NETWORKS: Final[tuple[Family, ...]] = (LINEAR, DENSE, LENET, SEPARABLE)

DEFAULTS: Final[Mapping[InputKind, str]] = MappingProxyType({"table": "dense", "picture": "separable"})
